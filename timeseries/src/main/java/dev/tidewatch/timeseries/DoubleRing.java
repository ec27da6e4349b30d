package dev.tidewatch.timeseries;

/** The newest values, oldest first, in a buffer of fixed size. Not thread-safe. */
public final class DoubleRing {
  private final double[] values;
  private int start;
  private int size;

  public DoubleRing(int capacity) {
    if (capacity < 1) {
      throw new IllegalArgumentException(
          "capacity is %d; it must be at least 1".formatted(capacity));
    }
    values = new double[capacity];
  }

  /** Adds a value; returns the one pushed out, or {@code NaN} if there was room. */
  public double push(double value) {
    if (size < values.length) {
      values[(start + size++) % values.length] = value;
      return Double.NaN;
    }
    double oldest = values[start];
    values[start] = value;
    start = (start + 1) % values.length;
    return oldest;
  }

  /** The {@code i}-th oldest value. */
  public double get(int i) {
    if (i < 0 || i >= size) {
      throw new IndexOutOfBoundsException("index %d of %d values".formatted(i, size));
    }
    return values[(start + i) % values.length];
  }

  public int size() {
    return size;
  }

  public int capacity() {
    return values.length;
  }

  public boolean isFull() {
    return size == values.length;
  }

  /** A copy, oldest first. */
  public double[] toArray() {
    var copy = new double[size];
    for (int i = 0; i < size; i++) {
      copy[i] = get(i);
    }
    return copy;
  }
}
