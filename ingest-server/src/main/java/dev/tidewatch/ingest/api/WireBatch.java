package dev.tidewatch.ingest.api;

import com.google.protobuf.ByteString;
import dev.tidewatch.ingest.intake.SeriesColumn;
import dev.tidewatch.proto.ingest.v1.ReadingsBatch;
import dev.tidewatch.proto.ingest.v1.SeriesReadings;
import dev.tidewatch.proto.ingest.v1.StreamReadingsRequest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A {@code StreamReadingsRequest} with a batch, decoded by hand because it is on the path of every
 * reading: times and values of columns stay where they are in the message's bytes, which nobody
 * changes any more; rows become columns.
 *
 * @param columns those of the message, then those of its rows
 */
record WireBatch(
    long sequence, List<SeriesColumn> columns, ByteString sourcePosition, String traceparent) {
  private static final int SENDER_QUALITY_BITS = 0xff;
  private static final int BATCH =
      (StreamReadingsRequest.BATCH_FIELD_NUMBER << 3) | WireReader.BYTES;
  private static final int SEQUENCE =
      (ReadingsBatch.SEQUENCE_FIELD_NUMBER << 3) | WireReader.VARINT;
  private static final int COLUMNS = (ReadingsBatch.COLUMNS_FIELD_NUMBER << 3) | WireReader.BYTES;
  private static final int ROWS = (ReadingsBatch.ROWS_FIELD_NUMBER << 3) | WireReader.BYTES;
  private static final int SOURCE_POSITION =
      (ReadingsBatch.SOURCE_POSITION_FIELD_NUMBER << 3) | WireReader.BYTES;
  private static final int TRACEPARENT =
      (ReadingsBatch.TRACEPARENT_FIELD_NUMBER << 3) | WireReader.BYTES;
  private static final int SERIES = (SeriesReadings.SERIES_FIELD_NUMBER << 3) | WireReader.BYTES;
  private static final int TIMES =
      (SeriesReadings.TIMES_MICROS_FIELD_NUMBER << 3) | WireReader.BYTES;
  private static final int VALUES = (SeriesReadings.VALUES_FIELD_NUMBER << 3) | WireReader.BYTES;
  private static final int QUALITIES =
      (SeriesReadings.QUALITIES_FIELD_NUMBER << 3) | WireReader.BYTES;

  /**
   * Null if the message is something else, malformed, or merely written in an unusual way: then the
   * generated classes must decode it.
   */
  static @Nullable WireBatch read(byte[] message) {
    try {
      var in = new WireReader(message, 0, message.length);
      if (!in.hasMore() || in.tag() != BATCH) {
        return null;
      }
      int outer = in.enter();
      WireBatch batch = batch(message, in);
      in.leave(outer);
      // A second field would replace this one, or be merged into it.
      return in.hasMore() ? null : batch;
    } catch (WireReader.Unusual e) {
      return null;
    }
  }

  private static WireBatch batch(byte[] message, WireReader in) {
    long sequence = 0;
    ByteString sourcePosition = ByteString.EMPTY;
    String traceparent = "";
    var columns = new ArrayList<SeriesColumn>(1);
    List<SeriesColumn> ofRows = new ArrayList<>(1);
    RowRuns rows = null;
    while (in.hasMore()) {
      int tag = in.tag();
      switch (tag) {
        case SEQUENCE -> sequence = in.varint();
        case COLUMNS -> {
          int outer = in.enter();
          columns.add(column(message, in));
          in.leave(outer);
        }
        case ROWS -> {
          rows = rows == null ? new RowRuns(ofRows) : rows;
          int outer = in.enter();
          rows.add(in);
          in.leave(outer);
        }
        case SOURCE_POSITION -> {
          int length = in.length();
          sourcePosition = ByteString.copyFrom(message, in.position(), length);
          in.skip(length);
        }
        case TRACEPARENT -> traceparent = in.text();
        default -> {
          int field = tag >>> 3;
          if (field <= ReadingsBatch.TRACEPARENT_FIELD_NUMBER) {
            throw new WireReader.Unusual();
          }
          in.skipField(tag);
        }
      }
    }
    if (rows != null) {
      rows.finish();
      columns.addAll(ofRows);
    }
    return new WireBatch(sequence, columns, sourcePosition, traceparent);
  }

  private static SeriesColumn column(byte[] message, WireReader in) {
    String series = "";
    int timesAt = 0;
    int timeBytes = -1;
    int valuesAt = 0;
    int valueBytes = -1;
    int qualitiesAt = 0;
    int qualityBytes = 0;
    while (in.hasMore()) {
      int tag = in.tag();
      switch (tag) {
        case SERIES -> series = in.text();
        case TIMES -> {
          requireFirst(timeBytes < 0);
          timeBytes = in.length();
          timesAt = in.position();
          in.skip(timeBytes);
        }
        case VALUES -> {
          requireFirst(valueBytes < 0);
          valueBytes = in.length();
          valuesAt = in.position();
          in.skip(valueBytes);
        }
        case QUALITIES -> {
          requireFirst(qualityBytes == 0);
          qualityBytes = in.length();
          qualitiesAt = in.position();
          in.skip(qualityBytes);
        }
        default -> {
          if (tag >>> 3 <= SeriesReadings.QUALITIES_FIELD_NUMBER) {
            throw new WireReader.Unusual();
          }
          in.skipField(tag);
        }
      }
    }
    timeBytes = Math.max(timeBytes, 0);
    if (timeBytes % 8 != 0 || Math.max(valueBytes, 0) != timeBytes) {
      throw new WireReader.Unusual();
    }
    int size = timeBytes / 8;
    short[] qualities =
        qualityBytes == 0
            ? null
            : qualities(new WireReader(message, qualitiesAt, qualitiesAt + qualityBytes), size);
    return SeriesColumn.view(series, message, timesAt, valuesAt, size, qualities);
  }

  private static short[] qualities(WireReader in, int size) {
    short[] qualities = new short[size];
    for (int row = 0; row < size; row++) {
      qualities[row] = (short) (in.varint() & SENDER_QUALITY_BITS);
    }
    if (in.hasMore()) {
      throw new WireReader.Unusual();
    }
    return qualities;
  }

  /** Repeated packed fields are to be joined, which is left to the generated classes. */
  private static void requireFirst(boolean isFirst) {
    if (!isFirst) {
      throw new WireReader.Unusual();
    }
  }
}
