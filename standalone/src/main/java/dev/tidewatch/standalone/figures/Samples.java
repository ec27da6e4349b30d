package dev.tidewatch.standalone.figures;

import java.util.Arrays;

/** Measured values, growing; not thread-safe: owned by the thread that measures. */
public final class Samples {
  private double[] values = new double[1024];
  private int count;

  public void add(double value) {
    if (count == values.length) {
      values = Arrays.copyOf(values, count * 2);
    }
    values[count++] = value;
  }

  public int count() {
    return count;
  }

  public double median() {
    return quantile(0.5);
  }

  /**
   * The smallest sample that at least {@code share} of the samples do not exceed (nearest rank).
   *
   * @throws IllegalStateException without samples
   */
  public double quantile(double share) {
    if (count == 0) {
      throw new IllegalStateException("no samples");
    }
    double[] sorted = Arrays.copyOf(values, count);
    Arrays.sort(sorted);
    int rank = (int) Math.ceil(share * count);
    return sorted[Math.clamp(rank, 1, count) - 1];
  }

  public double min() {
    return quantile(0);
  }

  public double max() {
    return quantile(1);
  }
}
