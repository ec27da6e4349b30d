package dev.tidewatch.models.detection.multivariate;

/**
 * The local level model of one series (Harvey 1989, section 2.1): a level that wanders as a random
 * walk with variance {@code drift} a step, seen through noise of variance {@code noise}. What it is
 * for: to tell a series that always wanders from one that never does, so that the same distance
 * from the past means nothing in one and a lot in the other.
 *
 * @param level at the last step fitted
 * @param variance of that level
 * @param drift variance that a step adds to it
 * @param noise variance of a value around the level
 */
record LocalLevel(double level, double variance, double drift, double noise) {
  /** Fewer values give no idea of drift. */
  static final int VALUES_MIN = 20;

  /** Ratios of drift to noise that are tried: half decades from 1e-6 to 10, and no drift at all. */
  private static final int RATIOS = 16;

  private static double ratio(int i) {
    return i == 0 ? 0 : Math.pow(10, -6 + (i - 1) / 2.0);
  }

  /**
   * The most likely of the tried ratios (concentrated likelihood, Durbin and Koopman 2012, section
   * 2.10).
   *
   * @param values NaN where missing; at least two are there
   */
  static LocalLevel fit(double[] values) {
    LocalLevel best = new LocalLevel(Double.NaN, 0, 0, 0);
    double bestLikelihood = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < RATIOS; i++) {
      double ratio = ratio(i);
      double level = Double.NaN;
      double variance = 0;
      double squares = 0;
      double logVariances = 0;
      int count = 0;
      for (double value : values) {
        variance += ratio;
        if (Double.isNaN(value)) {
          continue;
        }
        if (Double.isNaN(level)) {
          level = value;
          variance = 1;
          continue;
        }
        double total = variance + 1;
        double error = value - level;
        squares += error * error / total;
        logVariances += Math.log(total);
        count++;
        level += variance / total * error;
        variance /= total;
      }
      double noise = squares / Math.max(1, count);
      double likelihood = -0.5 * (count * Math.log(Math.max(noise, 1e-300)) + logVariances);
      if (likelihood > bestLikelihood) {
        bestLikelihood = likelihood;
        best = new LocalLevel(level, variance * noise, ratio * noise, noise);
      }
    }
    return best;
  }

  /** The same after some steps without a value. */
  LocalLevel after(double steps) {
    return new LocalLevel(level, variance + drift * steps, drift, noise);
  }

  /** The same after one more step, with its value; NaN where it is missing. */
  LocalLevel next(double value) {
    double before = variance + drift;
    if (Double.isNaN(value)) {
      return new LocalLevel(level, before, drift, noise);
    }
    double gain = before + noise == 0 ? 0 : before / (before + noise);
    return new LocalLevel(level + gain * (value - level), before * (1 - gain), drift, noise);
  }
}
