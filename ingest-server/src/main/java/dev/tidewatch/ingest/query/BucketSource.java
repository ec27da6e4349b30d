package dev.tidewatch.ingest.query;

import dev.tidewatch.ingest.catalog.Series;
import java.util.List;

/** Sums readings up by buckets. */
public interface BucketSource {
  /** Answers for one view; keeps what it learns on the way. Used by one thread. */
  interface Cursor {
    /**
     * Successive buckets of some series.
     *
     * @param starts of the buckets, and the end of the last, rising; readings outside are left out
     * @param span only readings within
     * @return one column a series, in the order asked
     */
    List<BucketColumn> read(
        List<Series> series, long[] starts, TimeSpan span, boolean withSketches);
  }

  /**
   * @param useRollups false: from readings alone, as it must be for a view of long ago
   */
  Cursor open(ReadView view, TimeSpan span, boolean useRollups);
}
