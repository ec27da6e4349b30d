package dev.tidewatch.ingest.deletion;

import dev.tidewatch.ingest.catalog.Series;
import dev.tidewatch.ingest.feed.FeedPosition;
import dev.tidewatch.ingest.query.TimeSpan;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Where deletions last. Each is a commit of its own and travels in the feed. Thread-safe. */
public interface DeletionStore {
  /**
   * What was deleted.
   *
   * @param position of the commit; where nothing was deleted, of the newest one
   * @param touched series that lost readings
   */
  record Deleted(FeedPosition position, long readings, long series, List<String> touched) {
    public Deleted {
      touched = List.copyOf(touched);
    }
  }

  /**
   * Readings to delete: from a time (empty: from the beginning) to before another one (empty: to
   * the end), in microseconds.
   */
  record Range(OptionalLong fromMicros, OptionalLong toMicros) {
    public TimeSpan span() {
      return new TimeSpan(
          fromMicros.orElse(TimeSpan.ALL.fromMicros()), toMicros.orElse(TimeSpan.ALL.toMicros()));
    }
  }

  /** What became of an attempt. */
  sealed interface Attempt {
    /** It is done, or was done before. */
    record Done(Deleted deleted) implements Attempt {}

    /** Nothing was deleted: the catalogue changed, or others were in the way. Try again. */
    record Moved(String why) implements Attempt {}
  }

  /**
   * What was answered to an earlier call of the same id.
   *
   * @throws dev.tidewatch.serverkit.errors.FailedPrecondition if it asked for something else
   */
  Optional<Deleted> outcome(DeletionTicket ticket);

  /** Counts what {@link #deleteReadings} would delete now. */
  Deleted countReadings(List<Series> series, Range range);

  /**
   * Deletes readings of some series in one commit: whatever has an earlier position goes, whatever
   * has a later one stays.
   *
   * @param catalogueRevision at which {@code series} were looked up
   * @param cancelled asked now and then; when true, nothing is deleted
   * @param ticket null: a repeat deletes again
   */
  Attempt deleteReadings(
      List<Series> series,
      long catalogueRevision,
      Range range,
      @Nullable DeletionTicket ticket,
      Instant now,
      BooleanSupplier cancelled);

  /**
   * Sets a tombstone; the rows of the readings are purged later.
   *
   * @param known as it was looked up; {@code Moved} if it is no longer so
   * @param ticket null: a repeat finds no such series
   */
  Attempt deleteSeries(Series known, @Nullable DeletionTicket ticket, Instant now);
}
