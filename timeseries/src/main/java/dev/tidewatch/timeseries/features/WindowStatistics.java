package dev.tidewatch.timeseries.features;

/**
 * Moments of the newest n values of a role, computed from those values alone, oldest first: what
 * came before the window leaves no trace in the last bit, as it would in a running sum. Not
 * thread-safe.
 */
final class WindowStatistics {
  final int role;
  final int n;

  private int count;
  private double mean;
  private double squares;
  private double min;
  private double max;
  private double slope;

  WindowStatistics(int role, int n) {
    this.role = role;
    this.n = n;
  }

  void read(KnownValues known) {
    count = 0;
    double sum = 0;
    double positions = 0;
    min = Double.POSITIVE_INFINITY;
    max = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < n; i++) {
      double value = known.back(role, n - 1 - i);
      if (!Double.isNaN(value)) {
        count++;
        sum += value;
        positions += i;
        min = Math.min(min, value);
        max = Math.max(max, value);
      }
    }
    squares = 0;
    if (min == max) {
      // The mean of equal values can miss them by a bit, which is no spread.
      mean = min;
      slope = 0;
      return;
    }
    mean = sum / count;
    double positionMean = positions / count;
    double crossed = 0;
    double positionSquares = 0;
    for (int i = 0; i < n; i++) {
      double value = known.back(role, n - 1 - i);
      if (!Double.isNaN(value)) {
        double off = value - mean;
        double positionOff = i - positionMean;
        squares += off * off;
        crossed += positionOff * off;
        positionSquares += positionOff * positionOff;
      }
    }
    slope = crossed / positionSquares;
  }

  double mean() {
    return count == 0 ? Double.NaN : mean;
  }

  /** With count - 1 in the denominator; missing for fewer than two values. */
  double std() {
    return count < 2 ? Double.NaN : Math.sqrt(squares / (count - 1));
  }

  double min() {
    return count == 0 ? Double.NaN : min;
  }

  double max() {
    return count == 0 ? Double.NaN : max;
  }

  double slope() {
    return count < 2 ? Double.NaN : slope;
  }
}
