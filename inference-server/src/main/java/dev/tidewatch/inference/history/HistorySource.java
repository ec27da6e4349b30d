package dev.tidewatch.inference.history;

import dev.tidewatch.inference.feed.FeedPosition;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Where the readings of a series are read. Blocks the calling thread, within the deadline of its
 * gRPC context.
 */
public interface HistorySource {
  /**
   * The stored readings with {@code fromMicros <= time < toMicros}, by time, as of a commit.
   *
   * @param asOf null means the newest
   * @throws dev.tidewatch.serverkit.errors.NotFound {@code SERIES_UNKNOWN}
   * @throws dev.tidewatch.serverkit.errors.OutOfRange if the moment of {@code asOf} is not kept, or
   *     in the future
   * @throws dev.tidewatch.serverkit.errors.Unavailable {@code HISTORY_UNAVAILABLE}
   * @throws dev.tidewatch.serverkit.errors.DeadlineExceeded if the caller's deadline passed
   */
  History read(String series, long fromMicros, long toMicros, @Nullable AsOf asOf);

  /**
   * Time of the newest reading at or before a time; empty if there is none.
   *
   * @throws dev.tidewatch.serverkit.errors.NotFound {@code SERIES_UNKNOWN}
   */
  OptionalLong newestTimeMicros(String series, long atMicros);

  /** A state of ingest: of a commit, or of the newest commit at a time. */
  sealed interface AsOf {}

  record AsOfPosition(FeedPosition position) implements AsOf {}

  record AsOfTime(long timeMicros) implements AsOf {}
}
