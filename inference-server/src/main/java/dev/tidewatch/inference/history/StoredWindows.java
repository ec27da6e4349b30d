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
  private final InstantSource domainClock;
  private final Duration positionWaitMax;

  /**
   * @param positionWaitMax how long a caller without a deadline waits for a position
   */
  public StoredWindows(HistorySource source, InstantSource domainClock, Duration positionWaitMax) {
    this.source = source;
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
    OptionalLong newest =
        window.lastReadingMicros().isPresent() || question.asOf() != null
            ? window.lastReadingMicros()
            : source.newestTimeMicros(question.series(), grid.startMicros(knownEnd) - 1);
    return newest.isPresent() ? grid.indexAt(newest.getAsLong()) + 1 : knownEnd;
  }

  private HistoryWindow windowUntil(WindowQuestion question, long endIndex) {
    Grid grid = question.grid();
    long firstIndex = endIndex - question.intervals();
    History history = readPast(question, grid.startMicros(firstIndex), grid.startMicros(endIndex));
    ReadingColumns readings = history.readings();
    return new HistoryWindow(
        GridWindow.resample(grid, readings, firstIndex, question.intervals()),
        newest(readings),
        history.position());
  }

  private static OptionalLong newest(ReadingColumns readings) {
    return readings.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(readings.timeMicros(readings.size() - 1));
  }

  /** Reads again and again until the wanted position is included. */
  private History readPast(WindowQuestion question, long fromMicros, long toMicros) {
    Deadline deadline = Context.current().getDeadline();
    long giveUpNanos = System.nanoTime() + positionWaitMax.toNanos();
    while (true) {
      History history = source.read(question.series(), fromMicros, toMicros, question.asOf());
      if (question.minPosition() == null || history.position().includes(question.minPosition())) {
        return history;
      }
      boolean isLate =
          deadline == null
              ? System.nanoTime() > giveUpNanos
              : deadline.timeRemaining(TimeUnit.MILLISECONDS) <= 2 * POLL_MILLIS;
      if (isLate) {
        throw new DeadlineExceeded(
            "FEED_POSITION_NOT_REACHED",
            "min_feed_position: %d was not reached in time; ingest is at %d"
                .formatted(question.minPosition().position(), history.position().position()));
      }
      try {
        Thread.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new DeadlineExceeded(
            "FEED_POSITION_NOT_REACHED", "min_feed_position: the wait was interrupted", e);
      }
    }
  }
}
