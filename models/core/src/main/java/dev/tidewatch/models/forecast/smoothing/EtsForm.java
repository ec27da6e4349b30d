package dev.tidewatch.models.forecast.smoothing;

import java.util.ArrayList;
import java.util.List;

/**
 * Which member of the exponential smoothing family: how error, trend and season enter (Hyndman,
 * Koehler, Ord and Snyder, "Forecasting with Exponential Smoothing", 2008, table 2.1). Written as
 * {@code ETS(A,Ad,M)}.
 *
 * <p>Multiplicative trends are left out (they run away at long horizons), and additive errors with
 * multiplicative seasons (unstable), as the authors' own automatic choice does.
 */
record EtsForm(ErrorKind error, Trend trend, Season season) {
  enum ErrorKind {
    ADDITIVE("A"),
    MULTIPLICATIVE("M");

    final String letter;

    ErrorKind(String letter) {
      this.letter = letter;
    }
  }

  enum Trend {
    NONE("N"),
    ADDITIVE("A"),
    DAMPED("Ad");

    final String letter;

    Trend(String letter) {
      this.letter = letter;
    }
  }

  enum Season {
    NONE("N"),
    ADDITIVE("A"),
    MULTIPLICATIVE("M");

    final String letter;

    Season(String letter) {
      this.letter = letter;
    }
  }

  private static final String OPEN = "ETS(";

  /** All that may be chosen, simplest first. */
  static List<EtsForm> all() {
    var all = new ArrayList<EtsForm>();
    for (Season season : Season.values()) {
      for (Trend trend : Trend.values()) {
        for (ErrorKind error : ErrorKind.values()) {
          if (error == ErrorKind.MULTIPLICATIVE || season != Season.MULTIPLICATIVE) {
            all.add(new EtsForm(error, trend, season));
          }
        }
      }
    }
    return all;
  }

  /**
   * @param text such as {@code ETS(A,Ad,M)} or {@code A,Ad,M}
   * @throws IllegalArgumentException if it is no form
   */
  static EtsForm parse(String text) {
    String stripped = text.strip();
    String letters =
        stripped.startsWith(OPEN) && stripped.endsWith(")")
            ? stripped.substring(OPEN.length(), stripped.length() - 1)
            : stripped;
    for (ErrorKind error : ErrorKind.values()) {
      for (Trend trend : Trend.values()) {
        for (Season season : Season.values()) {
          var form = new EtsForm(error, trend, season);
          if (form.letters().equals(letters)) {
            return form;
          }
        }
      }
    }
    throw new IllegalArgumentException(
        "'%s' is no form of exponential smoothing; write error (A, M), trend (N, A, Ad) and season (N, A, M), such as A,Ad,M"
            .formatted(text));
  }

  /** Multiplicative parts divide by level or forecast, so values must be positive. */
  boolean needsPositive() {
    return error == ErrorKind.MULTIPLICATIVE || season == Season.MULTIPLICATIVE;
  }

  /** The same with sums in place of products: has a meaning for any values. */
  EtsForm additive() {
    return new EtsForm(
        ErrorKind.ADDITIVE, trend, season == Season.NONE ? Season.NONE : Season.ADDITIVE);
  }

  boolean hasTrend() {
    return trend != Trend.NONE;
  }

  boolean isDamped() {
    return trend == Trend.DAMPED;
  }

  boolean isSeasonal() {
    return season != Season.NONE;
  }

  /** Smoothing parameters: alpha, and beta, gamma and phi where they have a meaning. */
  int smoothingParameters() {
    return 1 + (hasTrend() ? 1 : 0) + (isSeasonal() ? 1 : 0) + (isDamped() ? 1 : 0);
  }

  /** Estimated numbers: smoothing parameters, free initial states, and the variance. */
  int degreesOfFreedom(int period) {
    return smoothingParameters() + 1 + (hasTrend() ? 1 : 0) + (isSeasonal() ? period - 1 : 0) + 1;
  }

  private String letters() {
    return "%s,%s,%s".formatted(error.letter, trend.letter, season.letter);
  }

  @Override
  public String toString() {
    return OPEN + letters() + ")";
  }
}
