package dev.tidewatch.timeseries.drift;

/**
 * The Page-Hinkley test for a rise of the mean (Page 1954, "Continuous Inspection Schemes"; Hinkley
 * 1971; in the one-sided, forgetting form of Gama, Sebastiao and Rodrigues 2013): with the running
 * mean m over the values so far,
 *
 * <pre>S = max(0, alpha S + x - m - delta);   a change where S &gt; threshold</pre>
 *
 * <p>After a change it begins anew with the next value. For a fall, give it the negated values. Not
 * thread-safe.
 */
public final class PageHinkley implements ChangeDetector {
  private final int valuesMin;
  private final double delta;
  private final double threshold;
  private final double alpha;

  private long count;
  private double mean;
  private double sum;

  /** As usual in the literature: 30 values, 0.005, 50, 0.9999. */
  public PageHinkley() {
    this(30, 0.005, 50, 0.9999);
  }

  /**
   * @param valuesMin no change is reported before so many values, 1 or more; the one itself counts
   *     twice, as in the implementation whose published alarms it repeats
   * @param delta change of the mean that is put up with, 0 or more
   * @param threshold positive; larger means fewer false alarms and later true ones
   * @param alpha what is kept of the sum at each value, above 0, at most 1
   */
  public PageHinkley(int valuesMin, double delta, double threshold, double alpha) {
    if (valuesMin < 1) {
      throw new IllegalArgumentException("valuesMin is %d; 1 is the least".formatted(valuesMin));
    }
    if (!(delta >= 0) || Double.isInfinite(delta)) {
      throw new IllegalArgumentException("delta is %s; 0 is the least".formatted(delta));
    }
    Checks.positive("threshold", threshold);
    if (!(alpha > 0 && alpha <= 1)) {
      throw new IllegalArgumentException("alpha is %s; above 0 to 1 is allowed".formatted(alpha));
    }
    this.valuesMin = valuesMin;
    this.delta = delta;
    this.threshold = threshold;
    this.alpha = alpha;
  }

  @Override
  public boolean add(double value) {
    learn(value);
    sum = Math.max(0, alpha * sum + (value - mean - delta));
    if (count + 1 >= valuesMin && sum > threshold) {
      count = 0;
      mean = 0;
      sum = 0;
      return true;
    }
    return false;
  }

  /** Moves the mean alone, as values do that are known to be before any change. */
  void learn(double value) {
    Checks.finite(value);
    count++;
    mean += (value - mean) / count;
  }

  /** Running mean since the last change; 0 before the first value. */
  public double mean() {
    return mean;
  }

  @Override
  public double[] state() {
    return new double[] {count, mean, sum};
  }

  @Override
  public void restore(double[] state) {
    Checks.state(
        state.length == 3 && state[0] >= 0 && Double.isFinite(state[1]) && state[2] >= 0,
        "Page-Hinkley",
        state);
    count = (long) state[0];
    mean = state[1];
    sum = state[2];
  }
}
