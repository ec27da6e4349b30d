package dev.tidewatch.models.detection.composed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tidewatch.models.ModelFamilies;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.detection.Detector;
import dev.tidewatch.models.detection.DetectorContract;
import dev.tidewatch.models.detection.DetectorFamily;
import dev.tidewatch.models.detection.DetectorModel;
import dev.tidewatch.models.detection.DetectorTraining;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.timeseries.Times;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EnsembleTest extends DetectorContract {
  @Override
  protected DetectorFamily family() {
    return ModelFamilies.core().detectorFamily(EnsembleFamily.ID).orElseThrow();
  }

  @Override
  protected Map<String, String> parameters() {
    return Map.of("members", "iqr,seasonal-residual,zscore", "member1_fence", "2");
  }

  @Test
  void scoresAreThoseOfItsMembersPutTogether() {
    DetectorModel model = model();
    var a = new SeriesName("a");
    double[] single = new double[3];
    int place = 0;
    for (String id : new String[] {"iqr", "seasonal-residual", "zscore"}) {
      DetectorFamily member = ModelFamilies.core().detectorFamily(id).orElseThrow();
      DetectorTraining base = training();
      Detector detector =
          member
              .load(
                  member.fit(
                      new DetectorTraining(
                          base.series(),
                          base.grid(),
                          Parameters.NONE,
                          base.provenance(),
                          base.progress())))
              .start(a);
      single[place++] =
          Math.min(12, detector.score(detector.newestMicros() + Times.MICROS_PER_HOUR, 33).score());
    }
    for (EnsembleFamily.Combine combine : EnsembleFamily.Combine.values()) {
      Detector ensemble =
          model.start(a, Parameters.of(Map.of("combine", combine.name().toLowerCase(Locale.ROOT))));
      assertThat(ensemble.score(ensemble.newestMicros() + Times.MICROS_PER_HOUR, 33).score())
          .as(combine.name())
          .isCloseTo(combine.of(single), within(1e-12));
    }
  }

  @Test
  void combinationsAreTheUsualOnes() {
    double[] scores = {5, 1, 3};
    assertThat(EnsembleFamily.Combine.MEDIAN.of(scores)).isEqualTo(3);
    assertThat(EnsembleFamily.Combine.MEDIAN.of(new double[] {4, 1})).isEqualTo(2.5);
    assertThat(EnsembleFamily.Combine.MEAN.of(scores)).isEqualTo(3);
    assertThat(EnsembleFamily.Combine.MAX.of(scores)).isEqualTo(5);
  }

  @Test
  void membersAreFixedByTheTraining() {
    assertThatThrownBy(() ->
            model().start(new SeriesName("a"), Parameters.of(Map.of("members", "iqr,zscore"))))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
