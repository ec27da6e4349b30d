package dev.tidewatch.models.detection.multivariate;

import dev.tidewatch.models.detection.StateReader;
import dev.tidewatch.models.detection.StateWriter;
import java.util.Arrays;

/** The newest rows of several aligned series. Not thread-safe. */
final class RowWindow {
  private final int inputs;
  private final int capacity;
  private final double[] values;
  private long newestIndex;

  /** All missing. */
  RowWindow(int inputs, int capacity, long newestIndex) {
    this.inputs = inputs;
    this.capacity = capacity;
    this.newestIndex = newestIndex;
    this.values = new double[inputs * capacity];
    Arrays.fill(values, Double.NaN);
  }

  RowWindow(int inputs, int capacity, StateReader in) {
    this.inputs = inputs;
    this.capacity = capacity;
    this.newestIndex = in.getLong();
    this.values = in.getDoubles(inputs * capacity);
  }

  void save(StateWriter out) {
    out.putLong(newestIndex).putDoubles(values);
  }

  static int stateBytesMax(int inputs, int capacity) {
    return 10 + inputs * capacity * Double.BYTES;
  }

  long newestIndex() {
    return newestIndex;
  }

  /**
   * @throws IllegalArgumentException if the row does not come after the newest, or does not fit
   */
  void require(long index, double[] row) {
    if (index <= newestIndex) {
      throw new IllegalArgumentException(
          "row %d does not come after row %d".formatted(index, newestIndex));
    }
    if (row.length != inputs) {
      throw new IllegalArgumentException(
          "row has %d values for %d inputs".formatted(row.length, inputs));
    }
    for (double value : row) {
      if (Double.isInfinite(value)) {
        throw new IllegalArgumentException("row %d has an infinite value".formatted(index));
      }
    }
  }

  /** Adds a row that {@link #require} lets pass; the oldest falls out. */
  void add(long index, double[] row) {
    for (long missing = Math.max(newestIndex + 1, index - capacity + 1);
        missing < index;
        missing++) {
      Arrays.fill(values, place(missing), place(missing) + inputs, Double.NaN);
    }
    System.arraycopy(row, 0, values, place(index), inputs);
    newestIndex = index;
  }

  private int place(long index) {
    return inputs * (int) Math.floorMod(index, (long) capacity);
  }

  /** A value, counted from the newest row (0) backwards; NaN where missing. */
  double value(int input, int age) {
    return values[place(newestIndex - age) + input];
  }
}
