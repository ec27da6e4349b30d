package dev.tidewatch.ingest.export;

import dev.tidewatch.ingest.query.ReadingColumn;
import java.util.ArrayList;
import java.util.List;

/** Readings of several series that go into a file together. Not thread-safe. */
final class RowGroup {
  static final int ROWS_MAX = 262_144;

  private final long[] timesMicros = new long[ROWS_MAX];
  private final double[] values = new double[ROWS_MAX];
  private final short[] qualities = new short[ROWS_MAX];
  private final int[] seriesIndexes = new int[ROWS_MAX];
  private final List<String> series = new ArrayList<>();
  private int size;

  /**
   * Takes what there is room for.
   *
   * @return how many rows
   */
  int add(String name, ReadingColumn page, int fromRow) {
    if (series.isEmpty() || !series.getLast().equals(name)) {
      series.add(name);
    }
    int count = Math.min(page.size() - fromRow, ROWS_MAX - size);
    for (int row = fromRow; row < fromRow + count; row++) {
      timesMicros[size] = page.timeMicros(row);
      values[size] = page.value(row);
      qualities[size] = page.quality(row);
      seriesIndexes[size++] = series.size() - 1;
    }
    return count;
  }

  boolean isFull() {
    return size == ROWS_MAX;
  }

  int size() {
    return size;
  }

  /** Whose readings these are, in order. */
  List<String> series() {
    return series;
  }

  int seriesIndex(int row) {
    return seriesIndexes[row];
  }

  long timeMicros(int row) {
    return timesMicros[row];
  }

  double value(int row) {
    return values[row];
  }

  short quality(int row) {
    return qualities[row];
  }

  void clear() {
    size = 0;
    series.clear();
  }
}
