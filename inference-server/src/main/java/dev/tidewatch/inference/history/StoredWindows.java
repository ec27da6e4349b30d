package dev.tidewatch.inference.history;

import dev.tidewatch.serverkit.errors.DeadlineExceeded;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.ReadingColumns;
import dev.tidewatch.timeseries.Times;
import io.grpc.Context;
import io.grpc.Deadline;
import java.time.Duration;
import java.time.InstantSource;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** Windows out of ingest's store, read for each question. Thread-safe. */
public final class StoredWindows {
  private static final long POLL_MILLIS = 20;

  private final HistorySource source;
  private final WindowMemory memory;
  private final InstantSource domainClock;
  private final Duration positionWaitMax;

  /**
   * @param positionWaitMax how long a caller without a deadline waits for a position
   */
  public StoredWindows(
      HistorySource source,
      WindowMemory memory,
      InstantSource domainClock,
      Duration positionWaitMax) {
    this.source = source;
    this.memory = memory;
    this.domainClock = domainClock;
    this.positionWaitMax = positionWaitMax;
  }

  /** Behind the newest interval whose value counts as known in domain time. */
  public long knownEndIndex(Grid grid) {
    return grid.newestKnownIndex(Times.floorToMicros(domainClock.instant())) + 1;
  }

  /**
   * @throws dev.tidewatch.serverkit.errors.NotFound {@code SERIES_UNKNOWN}
   * @throws dev.tidewatch.serverkit.errors.Unavailable {@code HISTORY_UNAVAILABLE}
   * @throws DeadlineExceeded {@code FEED_POSITION_NOT_REACHED}
   */
  public HistoryWindow read(WindowQuestion question) {
    Grid grid = question.grid();
    if (question.originIndex().isPresent()) {
      return windowUntil(question, question.originIndex().getAsLong());
    }
    long knownEnd = knownEndIndex(grid);
    HistoryWindow window = windowUntil(question, knownEnd);
    long end = endOfReadings(question, window, knownEnd);
    return end == knownEnd ? window : windowUntil(question, end);
  }

  /** Behind the newest interval with a reading, at most {@code knownEnd}. */
  private long endOfReadings(WindowQuestion question, HistoryWindow window, long knownEnd) {
    Grid grid = question.grid();
    OptionalLong newest = window.lastReadingMicros();
    if (newest.isEmpty() && question.asOf() == null) {
      long knownEndMicros = grid.startMicros(knownEnd);
      newest = memory.newestBefore(question.series(), knownEndMicros);
      if (newest.isEmpty()) {
        newest = source.newestTimeMicros(question.series(), knownEndMicros - 1);
      }
    }
    return newest.isPresent() ? grid.indexAt(newest.getAsLong()) + 1 : knownEnd;
  }

  /** Reads again and again until the wanted position is included. */
  private HistoryWindow windowUntil(WindowQuestion question, long endIndex) {
    Deadline deadline = Context.current().getDeadline();
    long giveUpNanos = System.nanoTime() + positionWaitMax.toNanos();
    while (true) {
      HistoryWindow window = windowOnce(question, endIndex);
      if (question.minPosition() == null || window.position().includes(question.minPosition())) {
        return window;
      }
      boolean isLate =
          deadline == null
              ? System.nanoTime() > giveUpNanos
              : deadline.timeRemaining(TimeUnit.MILLISECONDS) <= 2 * POLL_MILLIS;
      if (isLate) {
        throw new DeadlineExceeded(
            "FEED_POSITION_NOT_REACHED",
            "min_feed_position: %d was not reached in time; ingest is at %d"
                .formatted(question.minPosition().position(), window.position().position()));
      }
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(POLL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DeadlineExceeded(
          "FEED_POSITION_NOT_REACHED", "min_feed_position: the wait was interrupted", e);
    }
  }

  private HistoryWindow windowOnce(WindowQuestion question, long endIndex) {
    Grid grid = question.grid();
    long firstIndex = endIndex - question.intervals();
    if (isRecent(question)) {
      HistoryWindow kept =
          memory.window(
              question.series(), grid, firstIndex, question.intervals(), question.minPosition());
      if (kept != null) {
        return kept;
      }
    }
    History history =
        source.read(
            question.series(),
            grid.startMicros(firstIndex),
            grid.startMicros(endIndex),
            question.asOf());
    ReadingColumns readings = history.readings();
    return new HistoryWindow(
        GridWindow.resample(grid, readings, firstIndex, question.intervals()),
        newest(readings),
        history.position());
  }

  /**
   * Memory holds readings up to the newest: a window far back would take all that follows along.
   */
  private boolean isRecent(WindowQuestion question) {
    return question.asOf() == null
        && (question.originIndex().isEmpty()
            || question.originIndex().getAsLong()
                >= knownEndIndex(question.grid()) - question.intervals());
  }

  private static OptionalLong newest(ReadingColumns readings) {
    return readings.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(readings.timeMicros(readings.size() - 1));
  }
}
