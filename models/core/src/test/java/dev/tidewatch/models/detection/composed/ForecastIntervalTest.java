package dev.tidewatch.models.detection.composed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewatch.models.ModelFamilies;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.detection.Detector;
import dev.tidewatch.models.detection.DetectorContract;
import dev.tidewatch.models.detection.DetectorFamily;
import dev.tidewatch.models.detection.DetectorModel;
import dev.tidewatch.models.detection.DetectorTraining;
import dev.tidewatch.models.detection.Verdict;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.timeseries.Times;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ForecastIntervalTest extends DetectorContract {
  @Override
  protected DetectorFamily family() {
    return ModelFamilies.core().detectorFamily(ForecastIntervalFamily.ID).orElseThrow();
  }

  @Test
  void expectsWhatTheForecasterSays() {
    Detector detector = model().start(new SeriesName("a"));
    long next = detector.newestMicros() + Times.MICROS_PER_HOUR;
    Verdict verdict = detector.score(next, 20);
    // The training ends at midnight, where its season is at 20.
    assertThat(verdict.expected()).isBetween(18.0, 22.0);
    assertThat(verdict.upper() - verdict.lower()).isBetween(5.0, 20.0);
    assertThat(detector.score(next + 6 * Times.MICROS_PER_HOUR, 30).score()).isLessThan(4);
    assertThat(detector.score(next + 7 * Times.MICROS_PER_HOUR, 10).score()).isGreaterThan(6);
  }

  @Test
  void anyForecasterCanBeTaken() {
    DetectorTraining base = training();
    for (String forecaster : new String[] {"naive", "ses"}) {
      var training =
          new DetectorTraining(
              base.series(),
              base.grid(),
              Parameters.of(Map.of("forecaster", forecaster, "horizon", "3")),
              base.provenance(),
              base.progress());
      DetectorModel model = family().load(family().fit(training));
      Detector detector = model.start(new SeriesName("a"));
      long next = detector.newestMicros() + Times.MICROS_PER_HOUR;
      assertThat(detector.score(next, 200).anomaly()).as(forecaster).isTrue();
    }
    var unknown =
        new DetectorTraining(
            base.series(),
            base.grid(),
            Parameters.of(Map.of("forecaster", "crystal-ball")),
            base.provenance(),
            base.progress());
    assertThatThrownBy(() -> family().fit(unknown))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("crystal-ball");
  }
}
