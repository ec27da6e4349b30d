package dev.tidewatch.models.forecast.smoothing;

/**
 * Windows and rounds of STL (Cleveland et al. 1990, section 3).
 *
 * @param period of the season in steps, at least 2
 * @param seasonal smooths each phase over the cycles; it must not be smaller than 7 to be of use
 * @param trend smooths the whole
 * @param lowPass takes what is slower than the season out of the seasonal part
 * @param innerRounds at least 1
 * @param outerRounds of robustness weights; 0 for none
 */
public record StlSettings(
    int period,
    Smoother seasonal,
    Smoother trend,
    Smoother lowPass,
    int innerRounds,
    int outerRounds) {

  /**
   * A loess smoother.
   *
   * @param window in points; odd, at least 3
   * @param degree 0 or 1
   * @param jump fits at every so many points and interpolates between; at least 1
   */
  public record Smoother(int window, int degree, int jump) {
    public Smoother {
      if (window < 3 || window % 2 == 0) {
        throw new IllegalArgumentException(
            "loess window is %d; it must be odd and at least 3".formatted(window));
      }
      if (degree < 0 || degree > 1) {
        throw new IllegalArgumentException(
            "loess degree is %d; it must be 0 or 1".formatted(degree));
      }
      if (jump < 1) {
        throw new IllegalArgumentException(
            "loess jump is %d; it must be at least 1".formatted(jump));
      }
    }

    /** Degree 1, a fit at every tenth of the window. */
    static Smoother of(int window) {
      return new Smoother(window, 1, Math.ceilDiv(window, 10));
    }

    Loess loess() {
      return new Loess(window, degree, jump);
    }
  }

  public StlSettings {
    if (period < 2) {
      throw new IllegalArgumentException(
          "STL period is %d; it must be at least 2".formatted(period));
    }
    if (innerRounds < 1 || outerRounds < 0) {
      throw new IllegalArgumentException(
          "STL rounds are %d inner and %d outer; they must be at least 1 and 0"
              .formatted(innerRounds, outerRounds));
    }
  }

  /**
   * The paper's recommendations: two inner rounds, no robustness; trend window the next odd number
   * from 1.5 period / (1 - 1.5 / seasonalWindow) on.
   *
   * @param seasonalWindow in cycles; odd, at least 3, 7 or more are of use
   */
  public static StlSettings of(int period, int seasonalWindow) {
    double trend = 1.5 * period / (1 - 1.5 / seasonalWindow);
    return new StlSettings(
        period,
        Smoother.of(seasonalWindow),
        Smoother.of(nextOdd((int) Math.ceil(trend))),
        Smoother.of(nextOdd(period)),
        2,
        0);
  }

  /** As {@link #of}, with local means instead of lines in the seasonal smoother. */
  static StlSettings flat(int period, int seasonalWindow) {
    StlSettings lines = of(period, seasonalWindow);
    return new StlSettings(
        period,
        new Smoother(seasonalWindow, 0, lines.seasonal.jump),
        lines.trend,
        lines.lowPass,
        lines.innerRounds,
        lines.outerRounds);
  }

  /**
   * A season that does not change: each phase is a mean over all cycles.
   *
   * @param size number of values that will be decomposed
   */
  public static StlSettings periodic(int period, int size) {
    int window = nextOdd(10 * size);
    return new StlSettings(
        period,
        new Smoother(window, 0, Math.ceilDiv(window, 10)),
        Smoother.of(nextOdd((int) Math.ceil(1.5 * period / (1 - 1.5 / window)))),
        Smoother.of(nextOdd(period)),
        2,
        0);
  }

  /** With the paper's rounds for data with outliers: one inner, fifteen outer. */
  public StlSettings robust() {
    return new StlSettings(period, seasonal, trend, lowPass, 1, 15);
  }

  private static int nextOdd(int value) {
    return Math.max(3, value % 2 == 0 ? value + 1 : value);
  }
}
