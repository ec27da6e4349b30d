package dev.tidewatch.models.forecast.smoothing;

/**
 * Seasonal factors of a classical decomposition, as the M4 competition's benchmarks use them: test
 * for a season at 90 %, then a centred moving average and the mean ratio (or difference) of each
 * phase.
 *
 * @param season in steps; 1 if there is none
 * @param multiplicative factors with mean 1, or else summands with mean 0
 * @param factors one for each offset modulo the season, counted from the first value
 */
@SuppressWarnings("ArrayRecordComponent")
record SeasonalAdjustment(int season, boolean multiplicative, double[] factors) {
  static final SeasonalAdjustment NONE = new SeasonalAdjustment(1, true, new double[] {1});

  /** Quantile of the normal distribution for a two-sided test at 90 %. */
  private static final double Z90 = 1.645;

  private static final double FACTOR_MIN = 1e-2;

  /** Of values that pass the test, multiplicative if all are positive; otherwise {@link #NONE}. */
  static SeasonalAdjustment ifSeasonal(double[] values, int season) {
    return isSeasonal(values, season) ? of(values, season, positive(values)) : NONE;
  }

  static boolean positive(double[] values) {
    for (double value : values) {
      if (!(value > 0)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether the autocorrelation at the season's lag is beyond the 90 % limit of a moving average of
   * the shorter lags (Bartlett's formula), on at least three seasons of values.
   */
  static boolean isSeasonal(double[] values, int season) {
    int n = values.length;
    if (season <= 1 || n < 3 * season) {
      return false;
    }
    double mean = 0;
    for (double value : values) {
      mean += value;
    }
    mean /= n;
    double variance = 0;
    for (double value : values) {
      variance += (value - mean) * (value - mean);
    }
    if (!(variance > 0)) {
      return false;
    }
    double squares = 0;
    double correlation = 0;
    for (int lag = 1; lag <= season; lag++) {
      squares += correlation * correlation;
      double sum = 0;
      for (int t = lag; t < n; t++) {
        sum += (values[t] - mean) * (values[t - lag] - mean);
      }
      correlation = sum / variance;
    }
    return Math.abs(correlation) > Z90 * Math.sqrt((1 + 2 * squares) / n);
  }

  /**
   * @param values at least two seasons, for multiplicative ones none of them 0 on average
   */
  static SeasonalAdjustment of(double[] values, int season, boolean multiplicative) {
    int n = values.length;
    if (season < 2 || n < 2 * season) {
      throw new IllegalArgumentException(
          "%d values; a season of %d needs at least %d".formatted(n, season, 2 * season));
    }
    int half = season / 2;
    var sums = new double[season];
    var counts = new int[season];
    for (int t = half; t < n - half; t++) {
      double level = centredMean(values, t, season);
      if (!multiplicative) {
        sums[t % season] += values[t] - level;
        counts[t % season]++;
      } else if (level != 0) {
        sums[t % season] += values[t] / level;
        counts[t % season]++;
      }
    }
    var factors = new double[season];
    double mean = 0;
    for (int phase = 0; phase < season; phase++) {
      factors[phase] = counts[phase] == 0 ? (multiplicative ? 1 : 0) : sums[phase] / counts[phase];
      mean += factors[phase] / season;
    }
    for (int phase = 0; phase < season; phase++) {
      factors[phase] = multiplicative ? factors[phase] / mean : factors[phase] - mean;
    }
    return new SeasonalAdjustment(season, multiplicative, factors);
  }

  /** Mean over one season around t; an even season takes half of both ends. */
  private static double centredMean(double[] values, int t, int season) {
    int half = season / 2;
    double sum = 0;
    for (int i = t - half + 1; i < t + half; i++) {
      sum += values[i];
    }
    sum +=
        season % 2 == 0
            ? 0.5 * values[t - half] + 0.5 * values[t + half]
            : values[t - half] + values[t + half];
    return sum / season;
  }

  /** Values without the season. */
  double[] adjust(double[] values) {
    double[] adjusted = values.clone();
    for (int t = 0; t < adjusted.length; t++) {
      double factor = factors[t % season];
      adjusted[t] = multiplicative ? values[t] / Math.max(factor, FACTOR_MIN) : values[t] - factor;
    }
    return adjusted;
  }

  /** Puts the season back on what follows {@code size} values; changes {@code ahead}. */
  double[] restore(double[] ahead, int size) {
    for (int step = 0; step < ahead.length; step++) {
      double factor = factors[(size + step) % season];
      ahead[step] = multiplicative ? ahead[step] * factor : ahead[step] + factor;
    }
    return ahead;
  }
}
