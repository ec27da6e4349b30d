package dev.tidewatch.models.all;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.detection.Detector;
import dev.tidewatch.models.detection.DetectorFamily;
import dev.tidewatch.models.detection.DetectorModel;
import dev.tidewatch.models.detection.ThresholdFactor;
import dev.tidewatch.models.detection.Verdict;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.SeriesName;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every family takes every factor, and states pass from one to the other. */
class ThresholdFactorTest {
  static Stream<String> detectors() {
    return EveryFamily.FAMILIES.detectionIds().stream().sorted();
  }

  @ParameterizedTest
  @MethodSource("detectors")
  void aHigherFactorWidensWhatIsNormalAndForgetsNothing(String id) throws Exception {
    DetectorFamily family = EveryFamily.FAMILIES.detectorFamily(id).orElseThrow();
    DetectorModel model =
        family.load(family.fit(EveryFamily.detectorTraining(id, EveryFamily.series(1))));
    assertThat(ThresholdFactor.apply(model.manifest(), Parameters.NONE, 1))
        .isEqualTo(Parameters.NONE);
    Parameters lower = ThresholdFactor.apply(model.manifest(), Parameters.NONE, 0.1);
    Parameters higher = ThresholdFactor.apply(model.manifest(), Parameters.NONE, 10);
    assertThat(lower).isNotEqualTo(Parameters.NONE).isNotEqualTo(higher);

    GridWindow seen = EveryFamily.series(3);
    Detector usual = model.start(new SeriesName("plant/new"));
    for (int t = 0; t < seen.size(); t++) {
      var _ = usual.score(seen.startMicros(t), seen.value(t));
    }
    byte[] state = usual.save();
    long next = seen.startMicros(seen.size());
    Detector eager = model.restore(state, lower);
    Detector calm = model.restore(state, higher);
    assertThat(eager.newestMicros()).isEqualTo(usual.newestMicros());
    Verdict usually = usual.score(next, 1_000_000);
    Verdict eagerly = eager.score(next, 1_000_000);
    Verdict calmly = calm.score(next, 1_000_000);
    assertThat(eagerly.score()).isEqualTo(usually.score());
    assertThat(calmly.score()).isEqualTo(usually.score());
    assertThat(eagerly.upper() - eagerly.lower())
        .isLessThanOrEqualTo(calmly.upper() - calmly.lower());
  }
}
