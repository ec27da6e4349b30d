package dev.tidewatch.timeseries;

import java.util.List;

/**
 * Keeps intervals at their nominal coverage while truth arrives, whatever the series does: a factor
 * per level and horizon step that calibrated half-widths are multiplied by. Each truth outside the
 * interval that was issued for it widens, each inside narrows, in such proportion that the share
 * outside tends to 1 - level.
 *
 * <p>This is adaptive conformal inference (Gibbs and Candes 2021, "Adaptive Conformal Inference
 * Under Distribution Shift"; Zaffran et al. 2022 for time series), on the logarithm of a factor
 * instead of the quantile's level, so that widths are not bound by the largest residual of the
 * calibration (Angelopoulos, Candes and Tibshirani 2023, "Conformal PID Control for Time Series
 * Prediction", section 2) and one rate serves series of any size:
 *
 * <pre>log f[h] += own[n] * (missed - (1 - level))</pre>
 *
 * <p>Rates fall with the number n of truths as 1 / sqrt(n), down to a tenth (Angelopoulos, Barber
 * and Bates 2024, "Online Conformal Prediction with Decaying Step Sizes"): quick while little is
 * known, steady later. All steps also move together, by {@code shared} times the mean over the
 * forecasts of the interval that became known: steps whose truths are still to come learn from
 * those that came.
 *
 * <p>Not thread-safe.
 */
public final class AdaptiveConformal {
  /** Factors stay within e to the power of minus and plus this. */
  private static final double LOG_MAX = 3;

  /** Least rate, as a share of the first. */
  private static final double RATE_SHARE_MIN = 0.1;

  private final List<Double> levels;
  private final int steps;
  private final Rates rates;

  /** By level, then step. */
  private final double[][] logFactors;

  /** Truths by level, then step. */
  private final double[][] ownCounts;

  /** Intervals that became known, by level. */
  private final double[] sharedCounts;

  /**
   * How quickly factors move at first; 0 and 0 leaves them at 1.
   *
   * @param own of a step with its own truths, 0 to 1
   * @param shared of all steps together, 0 to 1
   */
  public record Rates(double own, double shared) {
    public Rates {
      if (!(own >= 0 && own <= 1 && shared >= 0 && shared <= 1)) {
        throw new IllegalArgumentException(
            "rates are %s and %s; 0 to 1 are allowed".formatted(own, shared));
      }
    }
  }

  /**
   * @param levels nominal coverages, each between 0 and 1
   * @param steps of the horizon
   */
  public AdaptiveConformal(List<Double> levels, int steps, Rates rates) {
    for (double level : levels) {
      if (!(level > 0 && level < 1)) {
        throw new IllegalArgumentException(
            "level is %s; it must lie between 0 and 1".formatted(level));
      }
    }
    if (steps < 1 || steps > SplitConformal.STEPS_MAX) {
      throw new IllegalArgumentException(
          "%d steps; 1 to %d are allowed".formatted(steps, SplitConformal.STEPS_MAX));
    }
    this.levels = List.copyOf(levels);
    this.steps = steps;
    this.rates = rates;
    this.logFactors = new double[levels.size()][steps];
    this.ownCounts = new double[levels.size()][steps];
    this.sharedCounts = new double[levels.size()];
  }

  public List<Double> levels() {
    return levels;
  }

  public int steps() {
    return steps;
  }

  public Rates rates() {
    return rates;
  }

  /** What half-widths of a level and step are multiplied by; 1 at first. */
  public double factor(int levelIndex, int step) {
    return Math.exp(logFactors[levelIndex][step]);
  }

  /**
   * Learns from the truth of one interval.
   *
   * @param levelIndex of the level
   * @param forecastSteps which step of its forecast the interval was, for each forecast of it;
   *     different ones
   * @param missed for each, whether the truth lay outside the interval that was issued
   */
  public void learn(int levelIndex, int[] forecastSteps, boolean[] missed) {
    if (forecastSteps.length != missed.length) {
      throw new IllegalArgumentException(
          "%d steps with %d outcomes".formatted(forecastSteps.length, missed.length));
    }
    if (missed.length == 0) {
      return;
    }
    double[] logs = logFactors[levelIndex];
    double[] counts = ownCounts[levelIndex];
    double tolerated = 1 - levels.get(levelIndex);
    double excess = 0;
    for (int i = 0; i < missed.length; i++) {
      int step = forecastSteps[i];
      double error = (missed[i] ? 1 : 0) - tolerated;
      excess += error;
      counts[step]++;
      logs[step] += rates.own * share(counts[step]) * error;
    }
    sharedCounts[levelIndex]++;
    double together = rates.shared * share(sharedCounts[levelIndex]) * excess / missed.length;
    for (int step = 0; step < steps; step++) {
      logs[step] = Math.clamp(logs[step] + together, -LOG_MAX, LOG_MAX);
    }
  }

  private static double share(double count) {
    return Math.max(1 / Math.sqrt(count), RATE_SHARE_MIN);
  }

  /** What {@link #restore} takes: factors and counts, level by level. */
  public double[] state() {
    var state = new double[levels.size() * (2 * steps + 1)];
    for (int level = 0; level < logFactors.length; level++) {
      int at = level * (2 * steps + 1);
      System.arraycopy(logFactors[level], 0, state, at, steps);
      System.arraycopy(ownCounts[level], 0, state, at + steps, steps);
      state[at + 2 * steps] = sharedCounts[level];
    }
    return state;
  }

  /**
   * @throws IllegalArgumentException if the state is not one of these levels and steps
   */
  public void restore(double[] state) {
    boolean fits = state.length == levels.size() * (2 * steps + 1);
    for (int i = 0; i < state.length && fits; i++) {
      boolean isFactor = i % (2 * steps + 1) < steps;
      fits = isFactor ? Math.abs(state[i]) <= LOG_MAX : state[i] >= 0 && state[i] < 1e15;
    }
    if (!fits) {
      throw new IllegalArgumentException(
          "%d numbers are not a state of %d levels and %d steps"
              .formatted(state.length, levels.size(), steps));
    }
    for (int level = 0; level < logFactors.length; level++) {
      int at = level * (2 * steps + 1);
      System.arraycopy(state, at, logFactors[level], 0, steps);
      System.arraycopy(state, at + steps, ownCounts[level], 0, steps);
      sharedCounts[level] = state[at + 2 * steps];
    }
  }
}
