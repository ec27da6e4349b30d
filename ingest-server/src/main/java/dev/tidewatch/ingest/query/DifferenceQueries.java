package dev.tidewatch.ingest.query;

import dev.tidewatch.ingest.catalog.SeriesSelection;
import java.util.BitSet;
import java.util.List;

/** Compares two commits. Every call is short and holds nothing afterwards. */
public interface DifferenceQueries {
  /**
   * One page of the series that differ, in the order of ids. A series that came and went in between
   * is left out.
   *
   * @param deleted true: those that were deleted; false: those that were created or updated
   * @param afterId the last id of the page before; 0: from the first
   * @return empty: no more
   */
  List<SeriesDifference> series(
      ReadView after,
      ReadView through,
      SeriesSelection selection,
      boolean deleted,
      int afterId,
      int limit);

  /**
   * The first differences of each series in a span.
   *
   * @param rowsPerSeriesMax at most so many of each, at least 3
   * @return one per series, in the order asked
   */
  List<ReadingDifferences> readings(
      ReadView after,
      ReadView through,
      List<Integer> seriesIds,
      TimeSpan span,
      int rowsPerSeriesMax);

  /**
   * Between which neighbours of some times of a series there are readings that are the same at both
   * commits.
   *
   * @param timesMicros rising
   * @return bit i: there is one between time i and time i + 1
   */
  BitSet unchangedBetween(ReadView after, ReadView through, int seriesId, long[] timesMicros);
}
