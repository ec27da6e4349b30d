package dev.tidewatch.ingest.feed;

import dev.tidewatch.ingest.catalog.Series;

/** Turns a change of the catalogue into the bytes that subscribers get. Thread-safe. */
public interface SeriesChangeEncoding {
  /** What happened to a series. */
  enum Kind {
    CREATED,
    UPDATED,
    DELETED
  }

  byte[] encode(Kind kind, Series series);
}
