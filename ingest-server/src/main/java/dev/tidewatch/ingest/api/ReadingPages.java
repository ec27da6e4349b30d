package dev.tidewatch.ingest.api;

import com.google.protobuf.CodedOutputStream;
import dev.tidewatch.ingest.query.RangeCursor;
import dev.tidewatch.ingest.query.RangeQuery;
import dev.tidewatch.ingest.query.ReadingColumn;
import dev.tidewatch.proto.ingest.v1.QueryReadingsResponse;
import dev.tidewatch.proto.ingest.v1.SeriesReadings;
import dev.tidewatch.proto.type.v1.FeedToken;
import dev.tidewatch.serverkit.grpc.PacedStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Packs pages of readings into messages of a handy size: encoded {@code QueryReadingsResponse}s,
 * written straight from the columns. Used by one thread.
 */
final class ReadingPages implements RangeQuery.Sink {
  private static final int MESSAGE_READINGS = 16_384;
  private static final int MESSAGE_COLUMNS = 1_024;
  private static final int LENGTH_DELIMITED = 2;

  private final PacedStream<byte[]> stream;
  private final byte[] position;
  private final boolean withQualities;
  private final List<Part> parts = new ArrayList<>();
  private RangeCursor cursor = new RangeCursor(0, 0, "", 0, 0);
  private int readings;
  private boolean sentAny;

  ReadingPages(PacedStream<byte[]> stream, FeedToken position, boolean withQualities) {
    this.stream = stream;
    this.position = position.toByteArray();
    this.withQualities = withQualities;
  }

  @Override
  public void accept(String series, ReadingColumn page, RangeCursor after)
      throws InterruptedException {
    int from = 0;
    while (from < page.size()) {
      int to = Math.min(page.size(), from + MESSAGE_READINGS - readings);
      parts.add(new Part(series.getBytes(StandardCharsets.US_ASCII), page, from, to));
      readings += to - from;
      from = to;
      cursor =
          new RangeCursor(
              after.epoch(),
              after.position(),
              series,
              page.timeMicros(from - 1) + 1,
              after.sent() - (page.size() - from));
      if (readings >= MESSAGE_READINGS || parts.size() >= MESSAGE_COLUMNS) {
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
    if (!stream.send(encode())) {
      throw new InterruptedException("the call has ended");
    }
    sentAny = true;
    parts.clear();
    readings = 0;
  }

  private byte[] encode() {
    byte[] token =
        parts.isEmpty() ? new byte[0] : cursor.token().getBytes(StandardCharsets.US_ASCII);
    int size =
        CodedOutputStream.computeByteArraySize(
                QueryReadingsResponse.FEED_POSITION_FIELD_NUMBER, position)
            + CodedOutputStream.computeByteArraySize(
                QueryReadingsResponse.RESUME_TOKEN_FIELD_NUMBER, token);
    for (Part part : parts) {
      size += part.entrySize();
    }
    byte[] bytes = new byte[size];
    try {
      CodedOutputStream out = CodedOutputStream.newInstance(bytes);
      out.writeByteArray(QueryReadingsResponse.FEED_POSITION_FIELD_NUMBER, position);
      out.writeByteArray(QueryReadingsResponse.RESUME_TOKEN_FIELD_NUMBER, token);
      int at = out.getTotalBytesWritten();
      for (Part part : parts) {
        at += part.write(bytes, at);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes;
  }

  /** Some rows of a column on their way into a message. */
  private final class Part {
    private final byte[] series;
    private final ReadingColumn column;
    private final int from;
    private final int to;
    private final int qualityBytes;
    private final int size;

    Part(byte[] series, ReadingColumn column, int from, int to) {
      this.series = series;
      this.column = column;
      this.from = from;
      this.to = to;
      this.qualityBytes = withQualities ? qualityBytes() : 0;
      int packed = (to - from) * Long.BYTES;
      this.size =
          CodedOutputStream.computeByteArraySize(SeriesReadings.SERIES_FIELD_NUMBER, series)
              + 2 * (1 + CodedOutputStream.computeUInt32SizeNoTag(packed) + packed)
              + (withQualities
                  ? 1 + CodedOutputStream.computeUInt32SizeNoTag(qualityBytes) + qualityBytes
                  : 0);
    }

    int entrySize() {
      return 1 + CodedOutputStream.computeUInt32SizeNoTag(size) + size;
    }

    /** Writes it as an entry of the message; returns how many bytes. */
    int write(byte[] bytes, int begin) throws IOException {
      int packed = (to - from) * Long.BYTES;
      int at = begin;
      CodedOutputStream out = CodedOutputStream.newInstance(bytes, at, bytes.length - at);
      out.writeTag(QueryReadingsResponse.COLUMNS_FIELD_NUMBER, LENGTH_DELIMITED);
      out.writeUInt32NoTag(size);
      out.writeByteArray(SeriesReadings.SERIES_FIELD_NUMBER, series);
      out.writeTag(SeriesReadings.TIMES_MICROS_FIELD_NUMBER, LENGTH_DELIMITED);
      out.writeUInt32NoTag(packed);
      at += out.getTotalBytesWritten();
      column.putTimes(bytes, at, from, to);
      at += packed;
      out = CodedOutputStream.newInstance(bytes, at, bytes.length - at);
      out.writeTag(SeriesReadings.VALUES_FIELD_NUMBER, LENGTH_DELIMITED);
      out.writeUInt32NoTag(packed);
      at += out.getTotalBytesWritten();
      column.putValues(bytes, at, from, to);
      at += packed;
      if (withQualities) {
        out = CodedOutputStream.newInstance(bytes, at, bytes.length - at);
        out.writeTag(SeriesReadings.QUALITIES_FIELD_NUMBER, LENGTH_DELIMITED);
        out.writeUInt32NoTag(qualityBytes);
        for (int row = from; row < to; row++) {
          out.writeUInt32NoTag(column.quality(row));
        }
        at += out.getTotalBytesWritten();
      }
      return at - begin;
    }

    private int qualityBytes() {
      int total = 0;
      for (int row = from; row < to; row++) {
        total += CodedOutputStream.computeUInt32SizeNoTag(column.quality(row));
      }
      return total;
    }
  }
}
