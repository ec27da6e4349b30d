package dev.tidewatch.timeseries.features;

import java.util.Locale;

/**
 * What a feature can be. A row belongs to an interval t, the newest whose values are known, and
 * describes the interval {@code t + ahead}; values are read up to t only, the calendar at {@code t
 * + ahead}.
 *
 * <p>Functions of a window of n intervals see t - n + 1 to t and leave missing values out.
 */
public enum FeatureFunction {
  /** The value k intervals before t; {@code lag(x,0)} is the newest. */
  LAG(Form.OF_ROLE, Nature.LEVEL, 0),
  /** The newest value less the one k intervals before. */
  DIFFERENCE(Form.OF_ROLE, Nature.SPREAD, 1),
  /**
   * Logarithm of the newest value over the one k intervals before; missing unless both are
   * positive.
   */
  LOG_RETURN(Form.OF_ROLE, Nature.FREE, 1),
  /** Arithmetic mean of n intervals. */
  MEAN(Form.OF_ROLE, Nature.LEVEL, 1),
  /** Standard deviation of n intervals, with n - 1 in the denominator. */
  STD(Form.OF_ROLE, Nature.SPREAD, 2),
  /** Least value of n intervals. */
  MIN(Form.OF_ROLE, Nature.LEVEL, 1),
  /** Greatest value of n intervals. */
  MAX(Form.OF_ROLE, Nature.LEVEL, 1),
  /** Slope per interval of the least-squares line through n intervals. */
  SLOPE(Form.OF_ROLE, Nature.SPREAD, 2),
  /** The newest value less the mean, in standard deviations of n intervals; 0 where those are 0. */
  Z(Form.OF_ROLE, Nature.FREE, 2),
  /** Standard deviation of the last n logarithmic returns of one interval. */
  VOLATILITY(Form.OF_ROLE, Nature.FREE, 2),
  /**
   * Relative strength of the last n changes (Wilder 1978, with plain means): 100 where the series
   * only rose, 0 where it only fell, 50 where it did not move.
   */
  RSI(Form.OF_ROLE, Nature.FREE, 2),
  /** The newest known value whose interval has the phase of {@code t + ahead} in a season. */
  SEASONAL_LAG(Form.OF_ROLE, Nature.LEVEL, 1),
  /** Mean of the newest c known values of that phase: {@code seasonal_mean(x,season,c)}. */
  SEASONAL_MEAN(Form.OF_ROLE_TWICE, Nature.LEVEL, 1),
  /** Phase of {@code t + ahead} in a season, 0 to below 1. */
  SEASON_POSITION(Form.OF_NUMBER, Nature.CALENDAR, 2),
  /** Sine of that phase times a harmonic: {@code season_sin(season,harmonic)}. */
  SEASON_SIN(Form.OF_TWO_NUMBERS, Nature.CALENDAR, 2),
  /** Cosine of that phase times a harmonic. */
  SEASON_COS(Form.OF_TWO_NUMBERS, Nature.CALENDAR, 2),
  /** Hours since local midnight at the start of {@code t + ahead}, 0 to below 24. */
  HOUR(Form.PLAIN, Nature.CALENDAR, 0),
  /** 0 for Monday to 6 for Sunday. */
  WEEKDAY(Form.PLAIN, Nature.CALENDAR, 0),
  /** 1 on Saturday and Sunday, else 0. */
  WEEKEND(Form.PLAIN, Nature.CALENDAR, 0),
  /** 1 to 12. */
  MONTH(Form.PLAIN, Nature.CALENDAR, 0),
  /** 1 on a public holiday of the countries, else 0: {@code holiday(DE)}, {@code holiday(zone)}. */
  HOLIDAY(Form.OF_COUNTRIES, Nature.CALENDAR, 0),
  /** Sine of the part of the local day that has passed, times a harmonic. */
  DAY_SIN(Form.OF_NUMBER, Nature.CALENDAR, 1),
  /** Its cosine. */
  DAY_COS(Form.OF_NUMBER, Nature.CALENDAR, 1),
  /** Sine of the part of the week (from Monday) that has passed, times a harmonic. */
  WEEK_SIN(Form.OF_NUMBER, Nature.CALENDAR, 1),
  /** Its cosine. */
  WEEK_COS(Form.OF_NUMBER, Nature.CALENDAR, 1),
  /** Sine of the part of the year of 365.25 days that has passed, times a harmonic. */
  YEAR_SIN(Form.OF_NUMBER, Nature.CALENDAR, 1),
  /** Its cosine. */
  YEAR_COS(Form.OF_NUMBER, Nature.CALENDAR, 1),
  /** How many intervals {@code t + ahead} lies after t. */
  AHEAD(Form.PLAIN, Nature.CALENDAR, 0);

  /** The largest number that a function takes. */
  public static final int ARGUMENT_MAX = 100_000;

  /** What stands between the brackets. */
  enum Form {
    PLAIN(false, 0),
    OF_NUMBER(false, 1),
    OF_TWO_NUMBERS(false, 2),
    OF_ROLE(true, 1),
    OF_ROLE_TWICE(true, 2),
    OF_COUNTRIES(false, 0);

    final boolean hasRole;
    final int numbers;

    Form(boolean hasRole, int numbers) {
      this.hasRole = hasRole;
      this.numbers = numbers;
    }
  }

  /** What becomes of a feature when its series is shifted and stretched. */
  enum Nature {
    /** Shifts and stretches with it. */
    LEVEL,
    /** Stretches with it. */
    SPREAD,
    /** Stays, or follows a law of its own. */
    FREE,
    /** Has nothing to do with values. */
    CALENDAR
  }

  final Form form;
  final Nature nature;
  private final int firstMin;

  FeatureFunction(Form form, Nature nature, int firstMin) {
    this.form = form;
    this.nature = nature;
    this.firstMin = firstMin;
  }

  /** As written in a recipe. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** True if it depends on the interval that is described, beside t. */
  public boolean looksAhead() {
    return nature == Nature.CALENDAR || this == SEASONAL_LAG || this == SEASONAL_MEAN;
  }

  /** Least value of the number at the position. */
  int numberMin(int position) {
    return position == 0 ? firstMin : 1;
  }

  /** How many intervals up to t it reads at most. */
  int reach(int first, int second) {
    return switch (this) {
      case LAG, DIFFERENCE, LOG_RETURN, VOLATILITY, RSI -> first + 1;
      case MEAN, STD, MIN, MAX, SLOPE, Z, SEASONAL_LAG -> first;
      case SEASONAL_MEAN -> Math.multiplyExact(first, second);
      default -> 0;
    };
  }

  static FeatureFunction ofCode(String code) {
    for (FeatureFunction function : values()) {
      if (function.code().equals(code)) {
        return function;
      }
    }
    throw new IllegalArgumentException("feature function '%s' is unknown".formatted(code));
  }
}
