package dev.tidewatch.ingest.api;

import dev.tidewatch.ingest.query.RangeCursor;
import dev.tidewatch.ingest.query.RangeQuery;
import dev.tidewatch.ingest.query.ReadingColumn;
import dev.tidewatch.proto.ingest.v1.QueryReadingsResponse;
import dev.tidewatch.proto.ingest.v1.SeriesReadings;
import dev.tidewatch.proto.type.v1.FeedToken;

/** Packs pages of readings into messages of a handy size. Used by one thread. */
final class ReadingPages implements RangeQuery.Sink {
  private static final int MESSAGE_READINGS = 16_384;
  private static final int MESSAGE_COLUMNS = 1_024;

  private final PacedStream<QueryReadingsResponse> stream;
  private final FeedToken position;
  private final boolean withQualities;
  private QueryReadingsResponse.Builder message = QueryReadingsResponse.newBuilder();
  private int readings;
  private boolean sentAny;

  ReadingPages(
      PacedStream<QueryReadingsResponse> stream, FeedToken position, boolean withQualities) {
    this.stream = stream;
    this.position = position;
    this.withQualities = withQualities;
  }

  @Override
  public void accept(String series, ReadingColumn page, RangeCursor cursor)
      throws InterruptedException {
    int from = 0;
    while (from < page.size()) {
      int to = Math.min(page.size(), from + MESSAGE_READINGS - readings);
      message.addColumns(column(series, page, from, to));
      readings += to - from;
      from = to;
      int left = page.size() - from;
      message.setResumeToken(
          new RangeCursor(
                  cursor.epoch(),
                  cursor.position(),
                  series,
                  page.timeMicros(from - 1) + 1,
                  cursor.sent() - left)
              .token());
      if (readings >= MESSAGE_READINGS || message.getColumnsCount() >= MESSAGE_COLUMNS) {
        flush();
      }
    }
  }

  /** Sends what is left; at least one message comes. */
  void end() throws InterruptedException {
    if (readings > 0 || !sentAny) {
      flush();
    }
  }

  private void flush() throws InterruptedException {
    if (!stream.send(message.setFeedPosition(position).build())) {
      throw new InterruptedException("the call has ended");
    }
    sentAny = true;
    message = QueryReadingsResponse.newBuilder();
    readings = 0;
  }

  private SeriesReadings column(String series, ReadingColumn page, int from, int to) {
    var column = SeriesReadings.newBuilder().setSeries(series);
    for (int row = from; row < to; row++) {
      column.addTimesMicros(page.timeMicros(row));
      column.addValues(page.value(row));
      if (withQualities) {
        column.addQualities(page.quality(row));
      }
    }
    return column.build();
  }
}
