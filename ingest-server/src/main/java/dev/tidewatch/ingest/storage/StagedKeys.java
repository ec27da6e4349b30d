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
  private final int[] columnOf;
  private final int[] rowOf;
  private final long[] times;
  private int size;

  /** First row of each key; the key ends where the next one begins. */
  private final int[] keyBegins;

  private int keys;
  private final Lateness lateness = new Lateness();

  private StagedKeys(int rows) {
    columnOf = new int[rows];
    rowOf = new int[rows];
    times = new long[rows];
    keyBegins = new int[rows + 1];
  }

  /** Takes columns in the order they were sent. */
  static StagedKeys of(List<ColumnPlan> columns) {
    int rows = 0;
    var bySeries = new TreeMap<Integer, List<ColumnPlan>>();
    for (ColumnPlan plan : columns) {
      rows += plan.column.goodRows();
      bySeries.computeIfAbsent(plan.column.entry().id(), id -> new ArrayList<>()).add(plan);
    }
    var staged = new StagedKeys(rows);
    bySeries.values().forEach(staged::addSeries);
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
          columnOf[size] = index;
          rowOf[size] = row;
          long time = plan.column.timeMicros(row);
          times[size++] = time;
          if (time < newest) {
            plan.late(row);
            lateness.add(newest - time);
          } else {
            newest = time;
          }
        }
      }
    }
    sort(begin, size);
    for (int at = begin; at < size; at++) {
      if (at == begin || times[at] != times[at - 1]) {
        keyBegins[keys++] = at;
      }
    }
    keyBegins[keys] = size;
  }

  /**
   * Bottom-up merge sort by time: stable, so that rows of one key stay in the order they were sent.
   */
  private void sort(int begin, int end) {
    boolean sorted = true;
    for (int at = begin + 1; at < end && sorted; at++) {
      sorted = times[at - 1] <= times[at];
    }
    if (sorted) {
      return;
    }
    int length = end - begin;
    long[] fromTimes = Arrays.copyOfRange(times, begin, end);
    long[] toTimes = new long[length];
    // Places in the order they were sent; what belongs to them is moved once, at the end.
    int[] from = new int[length];
    int[] to = new int[length];
    for (int i = 0; i < length; i++) {
      from[i] = begin + i;
    }
    for (int width = 1; width < length; width *= 2) {
      for (int left = 0; left < length; left += 2 * width) {
        int middle = Math.min(left + width, length);
        int right = Math.min(left + 2 * width, length);
        int a = left;
        int b = middle;
        for (int at = left; at < right; at++) {
          int next = a < middle && (b >= right || fromTimes[a] <= fromTimes[b]) ? a++ : b++;
          to[at] = from[next];
          toTimes[at] = fromTimes[next];
        }
      }
      int[] swap = from;
      from = to;
      to = swap;
      long[] swapTimes = fromTimes;
      fromTimes = toTimes;
      toTimes = swapTimes;
    }
    int[] sortedColumns = new int[length];
    for (int i = 0; i < length; i++) {
      sortedColumns[i] = columnOf[from[i]];
      from[i] = rowOf[from[i]];
    }
    System.arraycopy(sortedColumns, 0, columnOf, begin, length);
    System.arraycopy(from, 0, rowOf, begin, length);
    System.arraycopy(fromTimes, 0, times, begin, length);
  }

  /** How late the rows came. */
  Lateness lateness() {
    return lateness;
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
    return times[at];
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
