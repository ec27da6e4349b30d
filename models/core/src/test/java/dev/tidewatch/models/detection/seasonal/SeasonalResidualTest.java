package dev.tidewatch.models.detection.seasonal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tidewatch.models.detection.Detector;
import dev.tidewatch.models.detection.DetectorContract;
import dev.tidewatch.models.detection.DetectorFamily;
import dev.tidewatch.models.detection.Verdict;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.timeseries.Times;
import org.junit.jupiter.api.Test;

class SeasonalResidualTest extends DetectorContract {
  @Override
  protected DetectorFamily family() {
    return new SeasonalResidualFamily();
  }

  @Test
  void expectsTheSeasonWithItsTrend() {
    Detector detector = model().start(new SeriesName("new"));
    Verdict verdict = Verdict.learning(0);
    for (int hour = 0; hour < 24 * 20; hour++) {
      double value = 0.01 * hour + (hour % 24 < 8 ? 5 : hour % 24 < 16 ? 30 : 12);
      verdict = detector.score(hour * Times.MICROS_PER_HOUR, value);
      if (hour > 24 * 6) {
        assertThat(verdict.expected()).isCloseTo(value, within(0.6));
      }
    }
    assertThat(verdict.score()).isLessThan(20);
  }

  @Test
  void aReadingOfTheWrongHourIsFound() {
    Detector detector = model().start(new SeriesName("a"));
    long next = detector.newestMicros() + Times.MICROS_PER_HOUR;
    // The training ends at midnight: the next hours climb from 20 to 30.
    assertThat(detector.score(next + 6 * Times.MICROS_PER_HOUR, 30).score()).isLessThan(4);
    assertThat(detector.score(next + 18 * Times.MICROS_PER_HOUR, 30).score()).isGreaterThan(8);
  }
}
