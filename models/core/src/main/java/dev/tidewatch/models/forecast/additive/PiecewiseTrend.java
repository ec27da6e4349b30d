package dev.tidewatch.models.forecast.additive;

/**
 * Where a trend may bend: it is {@code offset + slope x + Σ bend[i] max(0, x - change[i])}, x
 * running from 0 at the first interval fitted to 1 at the last and on at the same pace (Taylor and
 * Letham 2018, "Forecasting at scale", section 3.1). Not changed once made.
 */
final class PiecewiseTrend {
  private final long firstIndex;
  private final long lastIndex;
  private final long[] changes;

  PiecewiseTrend(long firstIndex, long lastIndex, long[] changes) {
    if (lastIndex <= firstIndex) {
      throw new IllegalArgumentException(
          "a trend from interval %d to %d is not possible".formatted(firstIndex, lastIndex));
    }
    this.firstIndex = firstIndex;
    this.lastIndex = lastIndex;
    this.changes = changes.clone();
  }

  /** Changepoints spread evenly over the first {@code range} of the intervals. */
  static PiecewiseTrend evenly(long firstIndex, int intervals, int changepoints, double range) {
    int reach = (int) (intervals * range);
    int count = Math.max(0, Math.min(changepoints, reach - 1));
    var changes = new long[count];
    for (int i = 0; i < count; i++) {
      changes[i] = firstIndex + Math.round((i + 1) * (reach - 1.0) / count);
    }
    return new PiecewiseTrend(firstIndex, firstIndex + intervals - 1, changes);
  }

  long firstIndex() {
    return firstIndex;
  }

  long lastIndex() {
    return lastIndex;
  }

  long[] changes() {
    return changes.clone();
  }

  int bends() {
    return changes.length;
  }

  double position(long index) {
    return (double) (index - firstIndex) / (lastIndex - firstIndex);
  }

  /** Offset, slope, and one column per changepoint. */
  int columns() {
    return 2 + changes.length;
  }

  void fill(long index, double[] row, int from) {
    double x = position(index);
    row[from] = 1;
    row[from + 1] = x;
    for (int i = 0; i < changes.length; i++) {
      row[from + 2 + i] = Math.max(0, x - position(changes[i]));
    }
  }
}
