package dev.tidewatch.monitor.truth;

import dev.tidewatch.monitor.FeedPosition;
import dev.tidewatch.timeseries.ReadingColumns;
import java.util.Collection;
import java.util.function.BiConsumer;

/** Where readings are read. Thread-safe. */
public interface ReadingSource {
  /**
   * Reads a span of several series from one snapshot.
   *
   * @param toMicros exclusive
   * @param sink gets each series that has readings once, in the order of times; a series that does
   *     not exist has none
   * @return the commit of the snapshot
   */
  FeedPosition read(
      Collection<String> series,
      long fromMicros,
      long toMicros,
      BiConsumer<String, ReadingColumns> sink);
}
