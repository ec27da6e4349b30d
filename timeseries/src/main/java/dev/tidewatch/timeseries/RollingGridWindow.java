package dev.tidewatch.timeseries;

/**
 * The newest intervals of a series, kept up reading by reading: O(1) each, 16 bytes an interval.
 * Equal to {@link GridWindow#resample} over the same readings in the same order.
 *
 * <p>It only adds. When a reading is replaced or deleted, fill a new window from a query instead.
 * Not thread-safe: owned by whoever reads the feed.
 */
public final class RollingGridWindow {
  private final Grid grid;
  private final int capacity;
  private final IntervalCells cells;
  private long endIndex;
  private boolean started;

  /**
   * @param capacity how many intervals are kept, 1 to 1,000,000
   */
  public RollingGridWindow(Grid grid, int capacity) {
    if (capacity < 1 || capacity > 1_000_000) {
      throw new IllegalArgumentException(
          "capacity is %d; it must be 1 to 1000000 intervals".formatted(capacity));
    }
    this.grid = grid;
    this.capacity = capacity;
    this.cells = new IntervalCells(grid.aggregation(), capacity);
  }

  /**
   * Adds a reading; a newer interval pushes the oldest out.
   *
   * @return false if the reading is older than everything kept, and was left out
   */
  public boolean add(long timeMicros, double value) {
    long index = grid.indexAt(timeMicros);
    if (!started) {
      started = true;
      endIndex = index + 1;
    }
    if (index < endIndex - capacity) {
      return false;
    }
    advanceTo(index);
    cells.add(cell(index), timeMicros, value);
    return true;
  }

  private void advanceTo(long index) {
    if (index >= endIndex) {
      for (long i = Math.max(endIndex, index + 1 - capacity); i <= index; i++) {
        cells.clear(cell(i));
      }
      endIndex = index + 1;
    }
  }

  /** True once a reading was added. */
  public boolean isStarted() {
    return started;
  }

  /**
   * The {@code count} intervals that end before {@code endIndex}, gaps unfilled; intervals that are
   * not kept (any more, or yet) are missing.
   */
  public GridWindow windowUntil(long end, int count) {
    var values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = value(end - count + i);
    }
    return GridWindow.of(grid, end - count, values);
  }

  /** The aggregate of one interval; {@code NaN} if it has no reading or is not kept. */
  public double value(long index) {
    boolean kept = started && index < endIndex && index >= endIndex - capacity;
    return kept ? cells.value(cell(index)) : Double.NaN;
  }

  /** Index after the newest interval that has received a reading. */
  public long endIndex() {
    if (!started) {
      throw new IllegalStateException("the window has no reading yet");
    }
    return endIndex;
  }

  public int capacity() {
    return capacity;
  }

  public Grid grid() {
    return grid;
  }

  private int cell(long index) {
    return (int) Math.floorMod(index, (long) capacity);
  }
}
