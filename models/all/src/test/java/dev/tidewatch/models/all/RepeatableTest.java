package dev.tidewatch.models.all;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.detection.Detector;
import dev.tidewatch.models.detection.DetectorFamily;
import dev.tidewatch.models.detection.DetectorModel;
import dev.tidewatch.models.detection.Verdict;
import dev.tidewatch.models.forecast.ForecastFamily;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.SeriesName;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The same data, parameters and seed make the same bundle; a saved state goes on as its detector.
 */
class RepeatableTest {
  static Stream<String> forecasters() {
    return EveryFamily.FAMILIES.forecastIds().stream().sorted();
  }

  static Stream<String> detectors() {
    return EveryFamily.FAMILIES.detectionIds().stream().sorted();
  }

  @ParameterizedTest
  @MethodSource("forecasters")
  void forecastersAreTheSameBundleAgain(String id) {
    ForecastFamily family = EveryFamily.FAMILIES.forecastFamily(id).orElseThrow();
    var training = EveryFamily.forecastTraining(id, EveryFamily.series(1), EveryFamily.series(2));
    assertThat(family.fit(training).sha256()).isEqualTo(family.fit(training).sha256());
  }

  @ParameterizedTest
  @MethodSource("detectors")
  void detectorsAreTheSameBundleAgain(String id) {
    DetectorFamily family = EveryFamily.FAMILIES.detectorFamily(id).orElseThrow();
    var training = EveryFamily.detectorTraining(id, EveryFamily.series(1));
    assertThat(family.fit(training).sha256()).isEqualTo(family.fit(training).sha256());
  }

  @ParameterizedTest
  @MethodSource("detectors")
  void aRestoredDetectorSaysTheSame(String id) {
    DetectorFamily family = EveryFamily.FAMILIES.detectorFamily(id).orElseThrow();
    Bundle bundle = family.fit(EveryFamily.detectorTraining(id, EveryFamily.series(1)));
    DetectorModel model = family.load(bundle);
    GridWindow live = EveryFamily.series(3);
    int at = new SplittableRandom(7).nextInt(100, live.size() - 100);
    Detector through = model.start(new SeriesName("plant/new"));
    for (int t = 0; t < at; t++) {
      through.score(live.startMicros(t), live.value(t));
    }
    byte[] state = through.save();
    assertThat(state.length).as("state at row " + at).isLessThanOrEqualTo(model.stateBytesMax());
    Detector restored = model.restore(state, Parameters.NONE);
    for (int t = at; t < live.size(); t++) {
      Verdict expected = through.score(live.startMicros(t), live.value(t));
      assertThat(restored.score(live.startMicros(t), live.value(t)))
          .as("row %d, restored at %d", t, at)
          .isEqualTo(expected);
    }
  }
}
