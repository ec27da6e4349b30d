package dev.tidewatch.ingest.query;

import dev.tidewatch.ingest.catalog.Series;
import dev.tidewatch.ingest.catalog.SeriesSelection;
import dev.tidewatch.ingest.catalog.SeriesStore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Walks the readings of many series, series by series in the order of names. Reads page by page
 * from one view, so that a slow reader holds neither a connection nor a snapshot. Used once, by one
 * thread.
 */
public final class RangeQuery {
  private static final int SERIES_AT_ONCE = 64;
  private static final int FIRST_ROWS = 1_024;
  private static final int PAGE_ROWS = 65_536;
  private static final int CATALOGUE_PAGE = 500;

  /**
   * What is asked.
   *
   * @param seriesRowsMax at most so many readings of each series; 0: all
   * @param newest with {@code seriesRowsMax}: the newest instead of the oldest
   * @param withQualities false: pages have none, which is faster
   */
  public record Question(
      SeriesSelection selection,
      TimeSpan span,
      long seriesRowsMax,
      boolean newest,
      boolean withQualities) {
    public Question {
      if (seriesRowsMax < 0) {
        throw new IllegalArgumentException("seriesRowsMax: " + seriesRowsMax);
      }
    }
  }

  /** Where pages go. */
  public interface Sink {
    /**
     * Takes a page; may block as long as the reader is slow.
     *
     * @param cursor goes on after this page
     */
    void accept(String series, ReadingColumn page, RangeCursor cursor) throws InterruptedException;
  }

  private final SeriesStore catalogue;
  private final ReadingQueries queries;
  private final Question question;
  private final ReadView view;
  private final Sink sink;

  public RangeQuery(
      SeriesStore catalogue, ReadingQueries queries, Question question, ReadView view, Sink sink) {
    this.catalogue = catalogue;
    this.queries = queries;
    this.question = question;
    this.view = view;
    this.sink = sink;
  }

  /**
   * @param resume goes on there instead of at the begin
   */
  public void run(Optional<RangeCursor> resume) throws InterruptedException {
    if (resume.isPresent()) {
      RangeCursor cursor = resume.get();
      for (Series series : catalogue.find(List.of(cursor.series())).series()) {
        restOf(series, cursor.nextMicros(), cursor.sent());
      }
    }
    String after = resume.map(RangeCursor::series).orElse("");
    if (!question.selection().names().isEmpty()) {
      List<Series> named = new ArrayList<>(catalogue.find(question.selection().names()).series());
      named.sort(Comparator.comparing(Series::name));
      chunks(named.stream().filter(series -> series.name().compareTo(after) > 0).toList());
      return;
    }
    String last = after;
    while (true) {
      List<Series> page = catalogue.page(question.selection(), last, CATALOGUE_PAGE);
      chunks(page);
      if (page.size() < CATALOGUE_PAGE) {
        return;
      }
      last = page.getLast().name();
    }
  }

  private void chunks(List<Series> series) throws InterruptedException {
    for (int from = 0; from < series.size(); from += SERIES_AT_ONCE) {
      chunk(series.subList(from, Math.min(series.size(), from + SERIES_AT_ONCE)));
    }
  }

  private void chunk(List<Series> chunk) throws InterruptedException {
    if (question.newest() && question.seriesRowsMax() > 0) {
      Map<Integer, Long> starts =
          queries.startOfNewest(view, ids(chunk), question.span(), question.seriesRowsMax());
      for (Series series : chunk) {
        restOf(series, starts.getOrDefault(series.id(), question.span().fromMicros()), 0);
      }
      return;
    }
    int rows = rowsWanted(FIRST_ROWS, 0);
    List<ReadingColumn> pages = page(ids(chunk), question.span(), rows);
    for (int i = 0; i < chunk.size(); i++) {
      ReadingColumn page = pages.get(i);
      if (page.size() > 0) {
        send(chunk.get(i), page, page.size());
        if (page.size() == rows) {
          restOf(chunk.get(i), page.nextMicros(), page.size());
        }
      }
    }
  }

  private void restOf(Series series, long fromMicros, long alreadySent)
      throws InterruptedException {
    long next = fromMicros;
    long sent = alreadySent;
    while (true) {
      int rows = rowsWanted(PAGE_ROWS, sent);
      if (rows == 0) {
        return;
      }
      ReadingColumn page = page(List.of(series.id()), question.span().from(next), rows).getFirst();
      if (page.size() == 0) {
        return;
      }
      sent += page.size();
      next = page.nextMicros();
      send(series, page, sent);
      if (page.size() < rows) {
        return;
      }
    }
  }

  private List<ReadingColumn> page(List<Integer> ids, TimeSpan span, int rows) {
    return queries.page(view, ids, span, rows, question.withQualities());
  }

  private int rowsWanted(int most, long sent) {
    return question.seriesRowsMax() == 0
        ? most
        : (int) Math.min(most, Math.max(0, question.seriesRowsMax() - sent));
  }

  private void send(Series series, ReadingColumn page, long sent) throws InterruptedException {
    sink.accept(
        series.name(),
        page,
        new RangeCursor(
            view.position().epoch(),
            view.position().position(),
            series.name(),
            page.nextMicros(),
            sent));
  }

  private static List<Integer> ids(List<Series> series) {
    return series.stream().map(Series::id).toList();
  }
}
