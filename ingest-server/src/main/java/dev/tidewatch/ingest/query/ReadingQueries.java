package dev.tidewatch.ingest.query;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads readings. Every call is short and holds nothing afterwards; a view ties several together.
 */
public interface ReadingQueries {
  /** What is committed now. */
  ReadView view();

  /** What was committed at a position; empty if that is newer than the newest commit. */
  Optional<ReadView> viewAt(long position);

  /** What was committed at a time, by the domain clock. */
  ReadView viewAt(Instant commitTime);

  /**
   * The first readings of each series in a span.
   *
   * @param rowsPerSeriesMax at most so many of each
   * @param withQualities false: leave them out, which is faster
   * @return one column per series, in the order asked
   */
  List<ReadingColumn> page(
      ReadView view,
      List<Integer> seriesIds,
      TimeSpan span,
      int rowsPerSeriesMax,
      boolean withQualities);

  /** As the other one, with qualities. */
  default List<ReadingColumn> page(
      ReadView view, List<Integer> seriesIds, TimeSpan span, int rowsPerSeriesMax) {
    return page(view, seriesIds, span, rowsPerSeriesMax, true);
  }

  /**
   * Where the newest readings of each series begin.
   *
   * @param rows how many
   * @return the time of the {@code rows}-th newest by series id; a series with fewer in the span is
   *     left out
   */
  Map<Integer, Long> startOfNewest(
      ReadView view, List<Integer> seriesIds, TimeSpan span, long rows);

  /**
   * The newest reading of each series in a span; one column per series in the order asked, of no or
   * one row.
   */
  List<ReadingColumn> newest(ReadView view, List<Integer> seriesIds, TimeSpan span);
}
