package dev.tidewatch.ingest.feed;

import dev.tidewatch.ingest.catalog.Series;
import java.util.OptionalLong;

/** Turns a deletion of readings into the bytes that subscribers get. Thread-safe. */
public interface ReadingsDeletionEncoding {
  /**
   * @param fromMicros empty: from the beginning
   * @param toMicros not included; empty: to the end
   */
  byte[] encode(Series series, OptionalLong fromMicros, OptionalLong toMicros);
}
