package dev.tidewatch.ingest.storage;

import dev.tidewatch.ingest.catalog.DuplicatePolicy;
import dev.tidewatch.ingest.catalog.SeriesEntry;
import dev.tidewatch.ingest.intake.CheckedColumn;
import dev.tidewatch.ingest.intake.Lateness;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/**
 * The rows of a group that may meet others at the same time: sorted by series and time, rows of the
 * same (series, time) side by side in the order they were sent. Each such run is a key; it puts at
 * most one row into the table. Not thread-safe.
 */
final class StagedKeys {
  private final List<ColumnPlan> columns = new ArrayList<>();
  private int[] columnOf = new int[64];
  private int[] rowOf = new int[64];
  private int size;

  /** First row of each key; the key ends where the next one begins. */
  private int[] keyBegins = new int[0];

  private int keys;
  private final Lateness lateness = new Lateness();

  /** Takes columns in the order they were sent. */
  static StagedKeys of(List<ColumnPlan> columns) {
    var staged = new StagedKeys();
    var bySeries = new TreeMap<Integer, List<ColumnPlan>>();
    columns.forEach(plan ->
        bySeries.computeIfAbsent(plan.column.entry().id(), id -> new ArrayList<>()).add(plan));
    bySeries.values().forEach(staged::addSeries);
    staged.findKeys();
    return staged;
  }

  private void addSeries(List<ColumnPlan> ofSeries) {
    int begin = size;
    long head = ofSeries.getFirst().column.entry().headMicros();
    long newest = head == SeriesEntry.HEAD_UNKNOWN ? SeriesEntry.HEAD_EMPTY : head;
    for (ColumnPlan plan : ofSeries) {
      int index = columns.size();
      columns.add(plan);
      for (int row = 0; row < plan.column.size(); row++) {
        if (plan.column.isGood(row)) {
          add(index, row);
          if (plan.column.timeMicros(row) < newest) {
            plan.late(row);
            lateness.add(newest - plan.column.timeMicros(row));
          } else {
            newest = plan.column.timeMicros(row);
          }
        }
      }
    }
    sort(begin, size);
  }

  /** How late the rows came. */
  Lateness lateness() {
    return lateness;
  }

  private void add(int column, int row) {
    if (size == rowOf.length) {
      columnOf = Arrays.copyOf(columnOf, size * 2);
      rowOf = Arrays.copyOf(rowOf, size * 2);
    }
    columnOf[size] = column;
    rowOf[size++] = row;
  }

  /**
   * Bottom-up merge sort by time: stable, so that rows of one key stay in the order they were sent.
   */
  private void sort(int begin, int end) {
    boolean sorted = true;
    for (int at = begin + 1; at < end && sorted; at++) {
      sorted = timeMicros(at - 1) <= timeMicros(at);
    }
    if (sorted) {
      return;
    }
    int length = end - begin;
    int[] fromColumns = Arrays.copyOfRange(columnOf, begin, end);
    int[] fromRows = Arrays.copyOfRange(rowOf, begin, end);
    long[] fromTimes = new long[length];
    for (int i = 0; i < length; i++) {
      fromTimes[i] = timeMicros(begin + i);
    }
    int[] toColumns = new int[length];
    int[] toRows = new int[length];
    long[] toTimes = new long[length];
    for (int width = 1; width < length; width *= 2) {
      for (int left = 0; left < length; left += 2 * width) {
        int middle = Math.min(left + width, length);
        int right = Math.min(left + 2 * width, length);
        int a = left;
        int b = middle;
        for (int to = left; to < right; to++) {
          int from = a < middle && (b >= right || fromTimes[a] <= fromTimes[b]) ? a++ : b++;
          toColumns[to] = fromColumns[from];
          toRows[to] = fromRows[from];
          toTimes[to] = fromTimes[from];
        }
      }
      int[] swap = fromColumns;
      fromColumns = toColumns;
      toColumns = swap;
      swap = fromRows;
      fromRows = toRows;
      toRows = swap;
      long[] swapTimes = fromTimes;
      fromTimes = toTimes;
      toTimes = swapTimes;
    }
    System.arraycopy(fromColumns, 0, columnOf, begin, length);
    System.arraycopy(fromRows, 0, rowOf, begin, length);
  }

  private void findKeys() {
    keyBegins = new int[size + 1];
    for (int at = 0; at < size; at++) {
      if (at == 0
          || timeMicros(at) != timeMicros(at - 1)
          || column(at).entry().id() != column(at - 1).entry().id()) {
        keyBegins[keys++] = at;
      }
    }
    keyBegins[keys] = size;
  }

  int keyCount() {
    return keys;
  }

  int seriesId(int key) {
    return column(keyBegins[key]).entry().id();
  }

  long keyTimeMicros(int key) {
    return timeMicros(keyBegins[key]);
  }

  /** Which row of the key the table gets if it holds none yet. */
  int winner(int key) {
    return policy(key) == DuplicatePolicy.KEEP_LAST ? keyBegins[key + 1] - 1 : keyBegins[key];
  }

  DuplicatePolicy policy(int key) {
    return column(keyBegins[key]).entry().policy();
  }

  int keyBegin(int key) {
    return keyBegins[key];
  }

  int keyEnd(int key) {
    return keyBegins[key + 1];
  }

  ColumnPlan plan(int at) {
    return columns.get(columnOf[at]);
  }

  private CheckedColumn column(int at) {
    return columns.get(columnOf[at]).column;
  }

  int row(int at) {
    return rowOf[at];
  }

  long timeMicros(int at) {
    return column(at).timeMicros(rowOf[at]);
  }

  double value(int at) {
    return column(at).value(rowOf[at]);
  }

  short quality(int at) {
    return column(at).quality(rowOf[at]);
  }

  /** Equal as stored: the sign of zero counts, as it does in the bits of the table. */
  boolean same(int at, double value, short quality) {
    return Double.doubleToRawLongBits(value(at)) == Double.doubleToRawLongBits(value)
        && quality(at) == quality;
  }
}
