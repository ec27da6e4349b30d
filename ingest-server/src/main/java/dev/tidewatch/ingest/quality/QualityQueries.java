package dev.tidewatch.ingest.quality;

import dev.tidewatch.ingest.catalog.SeriesSelection;
import dev.tidewatch.ingest.feed.FeedPosition;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;

/** Reads how good readings are. */
public interface QualityQueries {
  /**
   * What is asked.
   *
   * @param fromMicros empty: from the first reading on
   * @param toMicros not itself asked for; empty: up to the last reading
   * @param after series with names after this one
   * @param limit at most so many series
   */
  record Question(
      SeriesSelection selection,
      OptionalLong fromMicros,
      OptionalLong toMicros,
      String after,
      int limit) {}

  /**
   * What was found.
   *
   * @param series in the order of names
   * @param more true if there are more after the last one
   * @param position the snapshot
   */
  record Page(List<SeriesQuality> series, boolean more, FeedPosition position) {
    public Page {
      series = List.copyOf(series);
    }
  }

  /**
   * Reads every reading of the asked series once, one series after the other, from one snapshot;
   * the time it takes grows with the number of readings, the memory does not.
   *
   * @param now what the end of the range is cut to, so that what is not due yet is not missing
   * @param cancelled asked now and then; true ends it
   * @throws java.util.concurrent.CancellationException if it was cancelled
   */
  Page report(Question question, Instant now, BooleanSupplier cancelled);
}
