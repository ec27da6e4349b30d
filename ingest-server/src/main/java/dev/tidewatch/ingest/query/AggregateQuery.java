package dev.tidewatch.ingest.query;

import dev.tidewatch.ingest.catalog.Series;
import dev.tidewatch.ingest.catalog.SeriesSelection;
import dev.tidewatch.ingest.catalog.SeriesStore;
import dev.tidewatch.timeseries.Times;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Walks the buckets of many series, series by series in the order of names, some buckets of some
 * series at a time, so that it holds a bounded number of them and a slow reader holds nothing of
 * the database. Used once, by one thread.
 */
public final class AggregateQuery {
  private static final int SERIES_AT_ONCE = 64;
  private static final int BUCKETS_AT_ONCE = 65_536;

  /** Of one series; so many hours of rollups, or readings of the same span, are read at once. */
  private static final long SPAN_AT_ONCE_MICROS = 100_000 * Times.MICROS_PER_HOUR;

  private static final int CATALOGUE_PAGE = 500;

  /**
   * What is asked.
   *
   * @param span not empty
   */
  public record Question(
      SeriesSelection selection, TimeSpan span, BucketGrid grid, boolean withSketches) {}

  /** Where buckets go. */
  public interface Sink {
    /**
     * The next buckets of a series, empty ones included; may block as long as the reader is slow.
     */
    void accept(String series, BucketColumn buckets) throws InterruptedException;

    /** The series has no more. */
    void end(String series) throws InterruptedException;
  }

  private final SeriesStore catalogue;
  private final BucketSource.Cursor source;
  private final Question question;
  private final Sink sink;

  public AggregateQuery(
      SeriesStore catalogue, BucketSource.Cursor source, Question question, Sink sink) {
    this.catalogue = catalogue;
    this.source = source;
    this.question = question;
    this.sink = sink;
  }

  public void run() throws InterruptedException {
    if (!question.selection().names().isEmpty()) {
      var named = new ArrayList<Series>(catalogue.find(question.selection().names()).series());
      named.sort(Comparator.comparing(Series::name));
      chunks(named);
      return;
    }
    String last = "";
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
    BucketGrid grid = question.grid();
    long first = grid.indexAt(question.span().fromMicros());
    long count = grid.indexAt(question.span().toMicros() - 1) - first + 1;
    long widthMicros = grid.width().toSeconds() * Times.MICROS_PER_SECOND;
    int atOnce =
        (int) Math.clamp(SPAN_AT_ONCE_MICROS / widthMicros, 1, Math.min(count, BUCKETS_AT_ONCE));
    // Several series together only if each is done at once.
    int together = atOnce < count ? 1 : Math.clamp(BUCKETS_AT_ONCE / count, 1, SERIES_AT_ONCE);
    for (int from = 0; from < series.size(); from += together) {
      List<Series> chunk = series.subList(from, Math.min(series.size(), from + together));
      for (long at = first; at < first + count; at += atOnce) {
        long[] starts = starts(at, (int) Math.min(atOnce, first + count - at));
        List<BucketColumn> columns =
            source.read(chunk, starts, question.span(), question.withSketches());
        for (int i = 0; i < chunk.size(); i++) {
          sink.accept(chunk.get(i).name(), columns.get(i));
          if (at + atOnce >= first + count) {
            sink.end(chunk.get(i).name());
          }
        }
      }
    }
  }

  private long[] starts(long first, int count) {
    long[] starts = new long[count + 1];
    for (int i = 0; i <= count; i++) {
      starts[i] = question.grid().startMicros(first + i);
    }
    return starts;
  }
}
