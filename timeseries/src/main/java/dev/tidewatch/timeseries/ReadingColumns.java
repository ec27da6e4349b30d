package dev.tidewatch.timeseries;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Readings of one series by column: row {@code i} is (timeMicros(i), value(i)). Immutable. Rows
 * keep the order in which they were given, which need not be that of time; values are finite.
 */
public final class ReadingColumns {
  private static final ReadingColumns EMPTY = new ReadingColumns(new long[0], new double[0]);

  private final long[] timesMicros;
  private final double[] values;

  private ReadingColumns(long[] timesMicros, double[] values) {
    this.timesMicros = timesMicros;
    this.values = values;
  }

  /**
   * Copies both arrays.
   *
   * @throws IllegalArgumentException if the lengths differ or a value is not finite; the message
   *     names the row
   */
  public static ReadingColumns of(long[] timesMicros, double[] values) {
    if (timesMicros.length != values.length) {
      throw new IllegalArgumentException(
          "%d times but %d values; columns have one of each per row"
              .formatted(timesMicros.length, values.length));
    }
    for (int row = 0; row < values.length; row++) {
      if (!Double.isFinite(values[row])) {
        throw new IllegalArgumentException(
            "value %s in row %d is not finite".formatted(values[row], row));
      }
    }
    return new ReadingColumns(timesMicros.clone(), values.clone());
  }

  public static ReadingColumns empty() {
    return EMPTY;
  }

  public int size() {
    return values.length;
  }

  public boolean isEmpty() {
    return values.length == 0;
  }

  public long timeMicros(int row) {
    return timesMicros[row];
  }

  public double value(int row) {
    return values[row];
  }

  public Reading reading(int row) {
    return new Reading(timesMicros[row], values[row]);
  }

  /** A copy of the times. */
  public long[] timesMicros() {
    return timesMicros.clone();
  }

  /** A copy of the values. */
  public double[] values() {
    return values.clone();
  }

  /** Rows {@code from} (inclusive) to {@code to} (exclusive). */
  public ReadingColumns slice(int from, int to) {
    return new ReadingColumns(
        Arrays.copyOfRange(timesMicros, from, to), Arrays.copyOfRange(values, from, to));
  }

  /** True if every time is later than the one before it. */
  public boolean isInTimeOrder() {
    for (int row = 1; row < timesMicros.length; row++) {
      if (timesMicros[row] <= timesMicros[row - 1]) {
        return false;
      }
    }
    return true;
  }

  /** The rows by time. Of rows with the same time only the last given stays. */
  public ReadingColumns inTimeOrder() {
    if (isInTimeOrder()) {
      return this;
    }
    int[] order =
        IntStream.range(0, size())
            .boxed()
            .sorted((a, b) -> Long.compare(timesMicros[a], timesMicros[b]))
            .mapToInt(Integer::intValue)
            .toArray();
    var sorted = builder(size());
    for (int i = 0; i < order.length; i++) {
      boolean replacedByNext =
          i + 1 < order.length && timesMicros[order[i]] == timesMicros[order[i + 1]];
      if (!replacedByNext) {
        sorted.add(timesMicros[order[i]], values[order[i]]);
      }
    }
    return sorted.build();
  }

  public static Builder builder() {
    return new Builder(16);
  }

  public static Builder builder(int capacity) {
    return new Builder(Math.max(capacity, 1));
  }

  /** Grows columns row by row. Not thread-safe. */
  public static final class Builder {
    private long[] timesMicros;
    private double[] values;
    private int size;

    private Builder(int capacity) {
      timesMicros = new long[capacity];
      values = new double[capacity];
    }

    public Builder add(long timeMicros, double value) {
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException(
            "value %s in row %d is not finite".formatted(value, size));
      }
      if (size == values.length) {
        int capacity = Math.addExact(size, size);
        timesMicros = Arrays.copyOf(timesMicros, capacity);
        values = Arrays.copyOf(values, capacity);
      }
      timesMicros[size] = timeMicros;
      values[size++] = value;
      return this;
    }

    public int size() {
      return size;
    }

    public ReadingColumns build() {
      return new ReadingColumns(Arrays.copyOf(timesMicros, size), Arrays.copyOf(values, size));
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ReadingColumns that
        && Arrays.equals(timesMicros, that.timesMicros)
        && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(timesMicros) + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return isEmpty()
        ? "no readings"
        : "%d readings, %s to %s"
            .formatted(
                size(), Times.toInstant(timesMicros[0]), Times.toInstant(timesMicros[size() - 1]));
  }
}
