package dev.tidewatch.models.detection.seasonal;

import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.detection.Detector;
import dev.tidewatch.models.detection.OwnPastFamily;
import dev.tidewatch.models.detection.Verdict;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.SeriesName;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/**
 * Distance from season and trend, in robust standard deviations of the remainder. Once a season,
 * the newest {@code cycles} of the series, put on the bundle's grid, are taken apart by robust STL
 * (Cleveland et al. 1990) with a season that repeats; until the next time a reading is expected at
 * the newest trend plus the season. The spread is the larger of the remainders' (median absolute
 * remainder times 1.4826, scaled to values that were not fitted) and that of how far whole cycles
 * were from what had been expected of them. Verdicts begin after three seasons.
 *
 * <p>Parameters:
 *
 * <ul>
 *   <li>{@code season}: grid steps, 2 to 2,016; default a day.
 *   <li>{@code cycles}: seasons kept, 2 to 52; default 4; at most 50,000 steps.
 *   <li>{@code threshold}: score that opens an anomaly; default 5.
 * </ul>
 */
public final class SeasonalResidualFamily extends OwnPastFamily {
  public static final String ID = "seasonal-residual";

  private static final String SEASON = "season";
  private static final String CYCLES = "cycles";
  private static final String THRESHOLD = "threshold";
  private static final int STEPS_MAX = 50_000;

  record Settings(int season, int cycles, double threshold, Grid grid) {
    static Settings of(Parameters parameters, Grid grid) {
      parameters.requireKnown(Set.of(SEASON, CYCLES, THRESHOLD));
      int day = grid.stepsPerDay();
      if (day < 2 && !parameters.has(SEASON)) {
        throw new IllegalArgumentException(
            "a day has no whole number of steps of %s; give parameter season in steps"
                .formatted(grid.step()));
      }
      var settings =
          new Settings(
              parameters.integer(SEASON, Math.clamp(day, 2, 2_016), 2, 2_016),
              parameters.integer(CYCLES, 4, 2, 52),
              parameters.number(THRESHOLD, 5, 0.5, Verdict.SCORE_MAX),
              grid);
      if (settings.steps() > STEPS_MAX) {
        throw new IllegalArgumentException(
            "%d cycles of %d steps; at most %d steps are kept"
                .formatted(settings.cycles(), settings.season(), STEPS_MAX));
      }
      return settings;
    }

    /** That are kept. */
    int steps() {
      return season * cycles;
    }

    Parameters toParameters() {
      return Parameters.of(
          Map.of(
              SEASON,
              Integer.toString(season),
              CYCLES,
              Integer.toString(cycles),
              THRESHOLD,
              Double.toString(threshold)));
    }
  }

  @Override
  public String id() {
    return ID;
  }

  @Override
  protected Maker maker(Parameters parameters, Grid grid) {
    Settings settings = Settings.of(parameters, grid);
    return new Maker() {
      @Override
      public Parameters parameters() {
        return settings.toParameters();
      }

      @Override
      public Detector fresh(SeriesName series) {
        return new SeasonalResidualDetector(settings);
      }

      @Override
      public Detector restored(byte[] state) {
        return new SeasonalResidualDetector(settings, state);
      }

      @Override
      public Duration warmUp() {
        return grid.step().multipliedBy(settings.steps() + settings.season());
      }

      @Override
      public int stateBytesMax() {
        return SeasonalResidualDetector.stateBytesMax(settings);
      }

      @Override
      public Object stateShape() {
        return settings.season() + " " + settings.cycles();
      }
    };
  }
}
