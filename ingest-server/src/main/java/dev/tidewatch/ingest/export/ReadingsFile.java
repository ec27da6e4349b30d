package dev.tidewatch.ingest.export;

import dev.tidewatch.ingest.query.RangeQuery;

/** A file that pages of readings become. Used once, by one thread. */
public interface ReadingsFile extends RangeQuery.Sink {
  /** Sends what is left. At least one chunk comes, be it empty. */
  void end() throws InterruptedException;
}
