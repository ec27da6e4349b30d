package dev.tidewatch.models.detection;

import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.SeriesName;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/**
 * Tukey's fences (Exploratory Data Analysis, 1977, chapter 2): a reading is outside if it lies more
 * than {@code fence} interquartile ranges beyond the quartiles of the newest {@code window}
 * readings. Robust against a quarter of outliers in the window; no seasons.
 *
 * <p>Scores are the standard deviations at which a normal series would have the reading's distance:
 * quartiles lie at 0.674, one interquartile range is 1.349.
 *
 * <p>Parameters:
 *
 * <ul>
 *   <li>{@code window}: readings, 20 to 10,000; default 200.
 *   <li>{@code fence}: interquartile ranges, 0.1 to 100; default 3, Tukey's outer fence ("far
 *       out"); 1.5 is the inner one.
 * </ul>
 */
public final class IqrFamily extends OwnPastFamily {
  public static final String ID = "iqr";

  private static final String WINDOW = "window";
  private static final String FENCE = "fence";

  record Settings(int window, double fence) {
    static Settings of(Parameters parameters) {
      parameters.requireKnown(Set.of(WINDOW, FENCE));
      return new Settings(
          parameters.integer(WINDOW, 200, IqrDetector.READINGS_MIN, 10_000),
          parameters.number(FENCE, 3, 0.1, 100));
    }
  }

  @Override
  public String id() {
    return ID;
  }

  @Override
  protected Maker maker(Parameters parameters, Grid grid) {
    Settings settings = Settings.of(parameters);
    return new Maker() {
      @Override
      public Parameters parameters() {
        return Parameters.of(
            Map.of(
                WINDOW,
                Integer.toString(settings.window()),
                FENCE,
                Double.toString(settings.fence())));
      }

      @Override
      public Detector fresh(SeriesName series) {
        return new IqrDetector(settings);
      }

      @Override
      public Detector restored(byte[] state) {
        return new IqrDetector(settings, state);
      }

      @Override
      public Duration warmUp() {
        return Duration.ofDays(7);
      }

      @Override
      public int stateBytesMax() {
        return IqrDetector.stateBytesMax(settings.window());
      }

      @Override
      public Object stateShape() {
        return settings.window();
      }
    };
  }
}
