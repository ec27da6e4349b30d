package dev.tidewatch.inference.history;

import dev.tidewatch.inference.feed.DroppedReadings;
import dev.tidewatch.inference.feed.FeedPosition;
import dev.tidewatch.inference.feed.SeriesReadings;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.ReadingColumns;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The readings of one series from a time on, as of a position of the feed: what a query told, and
 * every later block. While the query is under way, blocks wait; those that it includes are left
 * out. Thread-safe.
 */
final class KeptSeries {
  private static final long OBJECT_BYTES = 512;
  private static final int WAITING_READINGS_MAX = 200_000;
  private static final int WINDOWS_MAX = 4;

  /**
   * What one block changed in the series: first what it deleted, then what it stored. Both lists
   * grow while the block is read.
   */
  record Change(long position, List<DroppedReadings> dropped, List<SeriesReadings> readings) {
    static Change at(long position) {
      return new Change(position, new ArrayList<>(2), new ArrayList<>(2));
    }

    private int size() {
      return dropped.size() + readings.stream().mapToInt(stored -> stored.readings().size()).sum();
    }
  }

  private final List<Change> waiting = new ArrayList<>();
  private final List<GridWindow> windows = new ArrayList<>();
  private int waitingReadings;
  private boolean loaded;
  private boolean gone;
  private long fromMicros;

  private long epoch;

  /** The query's: what is not behind it was in the answer. */
  private long queried;

  /** Everything of the series up to here is in. */
  private long position;

  private long[] times = new long[0];
  private double[] values = new double[0];
  private int size;

  /** Earliest time that anybody asked for since the last trimming. */
  private long askedFromMicros = Long.MAX_VALUE;

  private volatile long askedNanos = System.nanoTime();

  /** Takes up what a query told; false if the series must not be kept. */
  synchronized boolean load(
      long queriedFromMicros, ReadingColumns readings, FeedPosition queryPosition) {
    if (gone) {
      return false;
    }
    epoch = queryPosition.epoch();
    fromMicros = queriedFromMicros;
    askedFromMicros = queriedFromMicros;
    times = readings.timesMicros();
    values = readings.values();
    size = times.length;
    queried = queryPosition.position();
    position = queried;
    loaded = true;
    for (Change change : waiting) {
      apply(change);
    }
    waiting.clear();
    return !gone;
  }

  /** Takes up a block, the whole of it at once; a deletion of the series makes this useless. */
  synchronized void apply(Change change) {
    if (!loaded) {
      await(change);
      return;
    }
    if (change.position() <= queried) {
      return;
    }
    position = change.position();
    windows.clear();
    for (DroppedReadings dropped : change.dropped()) {
      drop(dropped);
    }
    for (SeriesReadings stored : change.readings()) {
      append(stored.readings());
    }
  }

  private void append(ReadingColumns readings) {
    for (int row = 0; row < readings.size(); row++) {
      if (readings.timeMicros(row) >= fromMicros) {
        put(readings.timeMicros(row), readings.value(row));
      }
    }
  }

  private void drop(DroppedReadings dropped) {
    if (dropped.fromMicros() == Long.MIN_VALUE && dropped.toMicros() == Long.MAX_VALUE) {
      gone = true;
      return;
    }
    int first = firstAt(dropped.fromMicros());
    int end = firstAt(dropped.toMicros());
    System.arraycopy(times, end, times, first, size - end);
    System.arraycopy(values, end, values, first, size - end);
    size -= end - first;
  }

  private void await(Change change) {
    waitingReadings += change.size();
    if (waitingReadings > WAITING_READINGS_MAX) {
      gone = true;
      waiting.clear();
    } else if (!gone) {
      waiting.add(change);
    }
  }

  private void put(long timeMicros, double value) {
    int at = size == 0 || times[size - 1] < timeMicros ? size : firstAt(timeMicros);
    if (at < size && times[at] == timeMicros) {
      values[at] = value;
      return;
    }
    if (size == times.length) {
      at -= makeRoom();
      if (at < 0) {
        return; // older than what is kept from now on
      }
    }
    System.arraycopy(times, at, times, at + 1, size - at);
    System.arraycopy(values, at, values, at + 1, size - at);
    times[at] = timeMicros;
    values[at] = value;
    size++;
  }

  /**
   * Lets go of what nobody asks for any more, and grows; returns how many rows went. A series that
   * has grown so far without being asked for is gone.
   */
  private int makeRoom() {
    if (askedFromMicros == Long.MAX_VALUE) {
      gone = true;
      askedFromMicros = fromMicros;
    }
    int old = firstAt(askedFromMicros);
    fromMicros = Math.max(fromMicros, askedFromMicros);
    askedFromMicros = Long.MAX_VALUE;
    int capacity = Math.max(16, (size - old) + (size - old) / 4 + 8);
    times = Arrays.copyOf(Arrays.copyOfRange(times, old, size), capacity);
    values = Arrays.copyOf(Arrays.copyOfRange(values, old, size), capacity);
    size -= old;
    return old;
  }

  /** The first row at or after a time. */
  private int firstAt(long timeMicros) {
    int found = Arrays.binarySearch(times, 0, size, timeMicros);
    return found >= 0 ? found : -found - 1;
  }

  /**
   * A window, if all of it is here.
   *
   * @param through the feed was followed up to here before this was called
   */
  synchronized @Nullable HistoryWindow window(
      FeedPosition through, Grid grid, long firstIndex, int count) {
    long startMicros = grid.startMicros(firstIndex);
    if (!loaded || gone || startMicros < fromMicros || epoch != through.epoch()) {
      return null;
    }
    askedNanos = System.nanoTime();
    askedFromMicros = Math.min(askedFromMicros, startMicros);
    int first = firstAt(startMicros);
    int end = firstAt(grid.startMicros(firstIndex + count));
    return new HistoryWindow(
        resampled(grid, firstIndex, count, first, end),
        end > first ? OptionalLong.of(times[end - 1]) : OptionalLong.empty(),
        new FeedPosition(through.epoch(), Math.max(through.position(), position)));
  }

  private GridWindow resampled(Grid grid, long firstIndex, int count, int first, int end) {
    for (GridWindow known : windows) {
      if (known.firstIndex() == firstIndex && known.size() == count && known.grid().equals(grid)) {
        return known;
      }
    }
    var columns =
        ReadingColumns.of(
            Arrays.copyOfRange(times, first, end), Arrays.copyOfRange(values, first, end));
    GridWindow window = GridWindow.resample(grid, columns, firstIndex, count);
    if (windows.size() >= WINDOWS_MAX) {
      windows.removeFirst();
    }
    windows.add(window);
    return window;
  }

  /** Time of the newest reading before a time; empty if none of those here is. */
  synchronized OptionalLong newestBefore(long timeMicros) {
    int end = loaded && !gone ? firstAt(timeMicros) : 0;
    return end == 0 ? OptionalLong.empty() : OptionalLong.of(times[end - 1]);
  }

  synchronized boolean isGone() {
    return gone;
  }

  synchronized boolean isLoaded() {
    return loaded;
  }

  synchronized long fromMicros() {
    return loaded ? fromMicros : Long.MAX_VALUE;
  }

  /** When it was asked for last, by {@link System#nanoTime}. */
  long askedNanos() {
    return askedNanos;
  }

  /** Estimated. */
  synchronized long bytes() {
    long cells = 0;
    for (GridWindow window : windows) {
      cells += window.size();
    }
    return OBJECT_BYTES + 16L * (times.length + waitingReadings) + 8 * cells;
  }
}
