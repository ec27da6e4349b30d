package dev.tidewatch.models.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tidewatch.models.Seeds;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.timeseries.RobustStatistics;
import dev.tidewatch.timeseries.SeriesName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IqrFamilyTest extends DetectorContract {
  @Override
  protected DetectorFamily family() {
    return new IqrFamily();
  }

  @Test
  void fencesAreTukeys() {
    DetectorModel model = model();
    Seeds.forEach(
        10,
        random -> {
          Detector detector =
              model.start(
                  new SeriesName("new"), Parameters.of(Map.of("window", "25", "fence", "1.5")));
          List<Double> past = new ArrayList<>();
          for (int i = 0; i < 120; i++) {
            double value = random.nextInt(5) == 0 ? random.nextInt(3) : random.nextGaussian();
            Verdict verdict = detector.score(i, value);
            if (i >= 25) {
              double[] window =
                  past.subList(i - 25, i).stream().mapToDouble(Double::doubleValue).toArray();
              double low = RobustStatistics.quantile(window, 0.25);
              double high = RobustStatistics.quantile(window, 0.75);
              assertThat(verdict.lower()).isCloseTo(low - 1.5 * (high - low), within(1e-9));
              assertThat(verdict.upper()).isCloseTo(high + 1.5 * (high - low), within(1e-9));
              assertThat(verdict.cause() == Cause.DEVIATION)
                  .isEqualTo(value < verdict.lower() || value > verdict.upper());
            }
            past.add(value);
          }
        });
  }

  /**
   * A normal variable's quartile is 0.6745, so its inner fence lies at 2.698 and outer at 4.721.
   */
  @Test
  void scoresAreStandardDeviationsOfANormalSeries() {
    Detector detector = model().start(new SeriesName("new"));
    for (int i = 0; i < 200; i++) {
      detector.score(i, (37 * i) % 200);
    }
    // Quartiles of 0 to 199: 49.75 and 149.25.
    assertThat(detector.score(200, 149.25 + 2 * 99.5).score())
        .isCloseTo(0.6745 + 2 * 1.349, within(1e-3));
    assertThat(detector.score(199, 149.25).score()).isCloseTo(0.6745, within(0.02));
    assertThat(detector.score(199, 99.5).score()).isCloseTo(0, within(0.02));
  }
}
