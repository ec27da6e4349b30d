package dev.tidewatch.timeseries;

import java.util.Arrays;

/**
 * Consecutive intervals of a grid with one value each; {@code NaN} where the value is missing.
 * Immutable.
 *
 * <p>A window made {@link #of raw} holds gaps as they are. {@link #filled()} applies the grid's
 * fill rule, looking at this window only: cut first, then fill, and nothing from after the cut is
 * seen.
 */
public final class GridWindow {
  /** A window made from readings has at most so many intervals: 80 MB. */
  public static final int INTERVALS_MAX = 10_000_000;

  private final Grid grid;
  private final long firstIndex;
  private final double[] values;

  private GridWindow(Grid grid, long firstIndex, double[] values) {
    this.grid = grid;
    this.firstIndex = firstIndex;
    this.values = values;
  }

  /**
   * Copies the values.
   *
   * @throws IllegalArgumentException if a value is infinite
   */
  public static GridWindow of(Grid grid, long firstIndex, double[] values) {
    for (int i = 0; i < values.length; i++) {
      if (Double.isInfinite(values[i])) {
        throw new IllegalArgumentException(
            "value of interval %d is infinite".formatted(firstIndex + i));
      }
    }
    return new GridWindow(grid, firstIndex, values.clone());
  }

  /**
   * Aggregates readings, in any order, into {@code count} intervals from {@code firstIndex} on.
   * Readings outside are left out; intervals without readings are missing. Nothing is filled.
   *
   * @throws IllegalArgumentException if there would be more than {@link #INTERVALS_MAX} intervals
   */
  public static GridWindow resample(
      Grid grid, ReadingColumns readings, long firstIndex, int count) {
    requirePossible(grid, count);
    var cells = new IntervalCells(grid.aggregation(), count);
    long startMicros = grid.startMicros(firstIndex);
    long endMicros = grid.startMicros(firstIndex + count);
    long stepMicros = grid.stepMicros();
    boolean isFixedWidth = !grid.followsLocalDays();
    for (int row = 0; row < readings.size(); row++) {
      long timeMicros = readings.timeMicros(row);
      if (timeMicros >= startMicros && timeMicros < endMicros) {
        long cell =
            isFixedWidth
                ? (timeMicros - startMicros) / stepMicros
                : grid.indexAt(timeMicros) - firstIndex;
        cells.add((int) cell, timeMicros, readings.value(row));
      }
    }
    var values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = cells.value(i);
    }
    return new GridWindow(grid, firstIndex, values);
  }

  /**
   * All intervals from the one of the earliest to the one of the latest reading; an empty window
   * without readings.
   *
   * @throws IllegalArgumentException if there would be more than {@link #INTERVALS_MAX} intervals
   */
  public static GridWindow resample(Grid grid, ReadingColumns readings) {
    if (readings.isEmpty()) {
      return new GridWindow(grid, 0, new double[0]);
    }
    long earliest = Long.MAX_VALUE;
    long latest = Long.MIN_VALUE;
    for (int row = 0; row < readings.size(); row++) {
      earliest = Math.min(earliest, readings.timeMicros(row));
      latest = Math.max(latest, readings.timeMicros(row));
    }
    long first = grid.indexAt(earliest);
    long count = grid.indexAt(latest) - first + 1;
    requirePossible(grid, count);
    return resample(grid, readings, first, (int) count);
  }

  private static void requirePossible(Grid grid, long count) {
    if (count < 0 || count > INTERVALS_MAX) {
      throw new IllegalArgumentException(
          "a window of %d intervals of %s is not possible; at most %d are: narrow the range or widen the step"
              .formatted(count, grid.step(), INTERVALS_MAX));
    }
  }

  public Grid grid() {
    return grid;
  }

  public long firstIndex() {
    return firstIndex;
  }

  /** Index after the last interval: the first step of a forecast from this window. */
  public long endIndex() {
    return firstIndex + values.length;
  }

  public int size() {
    return values.length;
  }

  /** Value of the {@code offset}-th interval, {@code NaN} where missing. */
  public double value(int offset) {
    return values[offset];
  }

  public boolean isMissing(int offset) {
    return Double.isNaN(values[offset]);
  }

  /** A copy of the values. */
  public double[] values() {
    return values.clone();
  }

  public int missingCount() {
    int missing = 0;
    for (double value : values) {
      if (Double.isNaN(value)) {
        missing++;
      }
    }
    return missing;
  }

  public long startMicros(int offset) {
    return grid.startMicros(firstIndex + offset);
  }

  /** Intervals {@code from} (inclusive) to {@code to} (exclusive), as offsets into this window. */
  public GridWindow slice(int from, int to) {
    return new GridWindow(grid, firstIndex + from, Arrays.copyOfRange(values, from, to));
  }

  /** The newest {@code count} intervals, or all where there are fewer. */
  public GridWindow last(int count) {
    return slice(Math.max(0, size() - count), size());
  }

  /** This window with the grid's fill rule applied to it alone. */
  public GridWindow filled() {
    if (grid.fill() == Fill.NONE) {
      return this;
    }
    double[] copy = values.clone();
    grid.fill().apply(copy, grid.fillIntervalsMax());
    return new GridWindow(grid, firstIndex, copy);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof GridWindow that
        && firstIndex == that.firstIndex
        && grid.equals(that.grid)
        && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return 31 * Long.hashCode(firstIndex) + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "%d intervals of %s from %s, %d missing"
        .formatted(
            size(), grid.step(), Times.toInstant(grid.startMicros(firstIndex)), missingCount());
  }
}
