package dev.tidewatch.ingest.query;

import dev.tidewatch.ingest.catalog.Series;
import dev.tidewatch.ingest.catalog.SeriesSelection;
import dev.tidewatch.ingest.catalog.SeriesStore;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;

/**
 * Walks what differs between two commits: first series that were deleted, then those created or
 * updated, then readings, series by series in the order of names. Costs one pass over the readings
 * of the selected series in the span, since commit ids have no index of their own. Used once, by
 * one thread.
 */
public final class DifferenceQuery {
  private static final int SERIES_PAGE = 500;
  private static final int SERIES_AT_ONCE = 64;
  private static final int FIRST_ROWS = 1_024;
  private static final int PAGE_ROWS = 32_768;

  /** Where differences go; each call may block as long as the reader is slow. */
  public interface Sink {
    void series(SeriesDifference difference) throws InterruptedException;

    /** Readings that are gone: from here, up to before there, except those given later. */
    void deleted(Series series, long fromMicros, long toMicros) throws InterruptedException;

    /**
     * Readings that are there.
     *
     * @param replaced true: others were there at these times
     */
    void stored(Series series, boolean replaced, ReadingColumn readings)
        throws InterruptedException;
  }

  private final SeriesStore catalogue;
  private final DifferenceQueries queries;
  private final SeriesSelection selection;
  private final TimeSpan span;
  private final ReadView after;
  private final ReadView through;
  private final Sink sink;

  public DifferenceQuery(
      SeriesStore catalogue,
      DifferenceQueries queries,
      SeriesSelection selection,
      TimeSpan span,
      ReadView after,
      ReadView through,
      Sink sink) {
    this.catalogue = catalogue;
    this.queries = queries;
    this.selection = selection;
    this.span = span;
    this.after = after;
    this.through = through;
    this.sink = sink;
  }

  public void run() throws InterruptedException {
    series(true);
    series(false);
    if (!selection.names().isEmpty()) {
      List<Series> named = new ArrayList<>(catalogue.find(selection.names()).series());
      named.sort(Comparator.comparing(Series::name));
      readings(named);
      return;
    }
    String last = "";
    while (true) {
      List<Series> page = catalogue.page(selection, last, SERIES_PAGE);
      readings(page);
      if (page.size() < SERIES_PAGE) {
        return;
      }
      last = page.getLast().name();
    }
  }

  private void series(boolean deleted) throws InterruptedException {
    int afterId = 0;
    while (true) {
      List<SeriesDifference> page =
          queries.series(after, through, selection, deleted, afterId, SERIES_PAGE);
      if (page.isEmpty()) {
        return;
      }
      for (SeriesDifference difference : page) {
        sink.series(difference);
      }
      afterId = page.getLast().series().id();
    }
  }

  private void readings(List<Series> series) throws InterruptedException {
    for (int from = 0; from < series.size(); from += SERIES_AT_ONCE) {
      List<Series> chunk = series.subList(from, Math.min(series.size(), from + SERIES_AT_ONCE));
      List<ReadingDifferences> firsts =
          queries.readings(
              after, through, chunk.stream().map(Series::id).toList(), span, FIRST_ROWS);
      for (int i = 0; i < chunk.size(); i++) {
        ReadingDifferences page = firsts.get(i);
        send(chunk.get(i), page);
        while (!page.complete()) {
          page =
              queries
                  .readings(
                      after,
                      through,
                      List.of(chunk.get(i).id()),
                      span.from(page.rows().nextMicros()),
                      PAGE_ROWS)
                  .getFirst();
          send(chunk.get(i), page);
        }
      }
    }
  }

  private void send(Series series, ReadingDifferences page) throws InterruptedException {
    ReadingColumn rows = page.rows();
    var replaced = new BitSet();
    BitSet gone = page.gone();
    // A row that is gone and one that is there at the same time stand side by side, in any order.
    var added = new BitSet();
    for (int row = 0; row < rows.size(); row++) {
      if (!gone.get(row)) {
        boolean other =
            (row > 0 && rows.timeMicros(row - 1) == rows.timeMicros(row))
                || (row + 1 < rows.size() && rows.timeMicros(row + 1) == rows.timeMicros(row));
        (other ? replaced : added).set(row);
      }
    }
    var deleted = new BitSet();
    deleted.or(gone);
    for (int row = gone.nextSetBit(0); row >= 0; row = gone.nextSetBit(row + 1)) {
      if ((row > 0 && rows.timeMicros(row - 1) == rows.timeMicros(row))
          || (row + 1 < rows.size() && rows.timeMicros(row + 1) == rows.timeMicros(row))) {
        deleted.clear(row);
      }
    }
    if (!deleted.isEmpty()) {
      sendDeleted(series, deleted.stream().mapToLong(rows::timeMicros).toArray());
    }
    if (!added.isEmpty()) {
      sink.stored(series, false, rows.select(added));
    }
    if (!replaced.isEmpty()) {
      sink.stored(series, true, rows.select(replaced));
    }
  }

  /** As few spans as say it exactly: readings that stay end one. */
  private void sendDeleted(Series series, long[] times) throws InterruptedException {
    BitSet between =
        times.length < 2
            ? new BitSet()
            : queries.unchangedBetween(after, through, series.id(), times);
    int from = 0;
    for (int i = 0; i < times.length; i++) {
      if (i + 1 == times.length || between.get(i)) {
        sink.deleted(series, times[from], times[i] + 1);
        from = i + 1;
      }
    }
  }
}
