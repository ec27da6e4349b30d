package dev.tidewatch.ingest.api;

import com.google.protobuf.ByteString;
import dev.tidewatch.ingest.intake.ReadingBatch;
import dev.tidewatch.ingest.intake.RejectReason;
import dev.tidewatch.ingest.intake.SeriesColumn;
import dev.tidewatch.ingest.intake.SourcePosition;
import dev.tidewatch.proto.ingest.v1.IngestReadingsRequest;
import dev.tidewatch.proto.ingest.v1.Reading;
import dev.tidewatch.proto.ingest.v1.ReadingsBatch;
import dev.tidewatch.proto.ingest.v1.SeriesReadings;
import dev.tidewatch.proto.ingest.v1.UnknownSeries;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.timeseries.TimeTooFineException;
import dev.tidewatch.timeseries.Times;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Batches of the contract into columns of primitives. */
final class BatchDecoder {
  private static final int TRACEPARENT_CHARACTERS_MAX = 64;
  private static final int SENDER_QUALITY_BITS = 0xff;

  private BatchDecoder() {}

  static ReadingBatch decode(ReadingsBatch batch, boolean createUnknown, int readingsMax) {
    return batch(
        batch.getSequence(),
        columns(batch.getColumnsList(), batch.getRowsList(), "batch.", readingsMax),
        batch.getSourcePosition(),
        batch.getTraceparent(),
        createUnknown);
  }

  static ReadingBatch decode(WireBatch batch, boolean createUnknown, int readingsMax) {
    long count = 0;
    for (SeriesColumn column : batch.columns()) {
      count += column.size();
    }
    requireAtMost(count, readingsMax, "batch.columns");
    return batch(
        batch.sequence(),
        batch.columns(),
        batch.sourcePosition(),
        batch.traceparent(),
        createUnknown);
  }

  private static ReadingBatch batch(
      long sequence,
      List<SeriesColumn> columns,
      ByteString sourcePosition,
      String traceparent,
      boolean createUnknown) {
    if (sequence < 1) {
      throw InvalidArgument.field("batch.sequence", "is " + sequence + "; the first is 1");
    }
    if (sourcePosition.size() > SourcePosition.BYTES_MAX) {
      throw InvalidArgument.field(
          "batch.source_position",
          "has %d bytes; at most %d are allowed"
              .formatted(sourcePosition.size(), SourcePosition.BYTES_MAX));
    }
    if (traceparent.length() > TRACEPARENT_CHARACTERS_MAX) {
      throw InvalidArgument.field("batch.traceparent", "is not a W3C traceparent");
    }
    return new ReadingBatch(
        sequence,
        columns,
        sourcePosition.isEmpty()
            ? SourcePosition.NONE
            : new SourcePosition(sourcePosition.toByteArray()),
        traceparent,
        createUnknown);
  }

  static ReadingBatch decode(
      IngestReadingsRequest request, String traceparent, boolean createUnknown, int readingsMax) {
    List<SeriesColumn> columns =
        columns(request.getColumnsList(), request.getRowsList(), "", readingsMax);
    if (columns.isEmpty()) {
      throw InvalidArgument.field("rows", "nothing was sent; give rows or columns");
    }
    return new ReadingBatch(0, columns, SourcePosition.NONE, traceparent, createUnknown);
  }

  static boolean createUnknown(UnknownSeries unknown, boolean byDefault) {
    return switch (unknown) {
      case UNKNOWN_SERIES_CREATE -> true;
      case UNKNOWN_SERIES_REJECT -> false;
      case UNKNOWN_SERIES_UNSPECIFIED -> byDefault;
      case UNRECOGNIZED ->
          throw InvalidArgument.field("unknown_series", "is none of the known values");
    };
  }

  private static List<SeriesColumn> columns(
      List<SeriesReadings> sent, List<Reading> rows, String path, int readingsMax) {
    long count = rows.size();
    for (int i = 0; i < sent.size(); i++) {
      SeriesReadings column = sent.get(i);
      count += column.getTimesMicrosCount();
      if (column.getValuesCount() != column.getTimesMicrosCount()
          || (column.getQualitiesCount() != 0
              && column.getQualitiesCount() != column.getTimesMicrosCount())) {
        throw new InvalidArgument(
            "BATCH_UNDECODABLE",
            path + "columns[" + i + "]",
            "%d times, %d values, %d qualities; columns must be of equal length"
                .formatted(
                    column.getTimesMicrosCount(),
                    column.getValuesCount(),
                    column.getQualitiesCount()));
      }
    }
    requireAtMost(count, readingsMax, path + (sent.isEmpty() ? "rows" : "columns"));
    var columns = new ArrayList<SeriesColumn>(sent.size() + 1);
    for (SeriesReadings column : sent) {
      columns.add(column(column));
    }
    int from = 0;
    while (from < rows.size()) {
      int to = from + 1;
      while (to < rows.size() && rows.get(to).getSeries().equals(rows.get(from).getSeries())) {
        to++;
      }
      columns.add(column(rows.subList(from, to)));
      from = to;
    }
    return columns;
  }

  private static void requireAtMost(long count, int readingsMax, String field) {
    if (count > readingsMax) {
      throw new InvalidArgument(
          "BATCH_TOO_LARGE",
          field,
          "%d readings; at most %d go into one batch, so split it".formatted(count, readingsMax));
    }
  }

  private static SeriesColumn column(SeriesReadings sent) {
    int size = sent.getTimesMicrosCount();
    long[] times = new long[size];
    double[] values = new double[size];
    for (int row = 0; row < size; row++) {
      times[row] = sent.getTimesMicros(row);
      values[row] = sent.getValues(row);
    }
    short[] qualities = null;
    if (sent.getQualitiesCount() > 0) {
      qualities = new short[size];
      for (int row = 0; row < size; row++) {
        qualities[row] = (short) (sent.getQualities(row) & SENDER_QUALITY_BITS);
      }
    }
    return new SeriesColumn(sent.getSeries(), times, values, qualities, null);
  }

  /** Rows of one series. */
  private static SeriesColumn column(List<Reading> rows) {
    int size = rows.size();
    long[] times = new long[size];
    double[] values = new double[size];
    short @Nullable [] qualities = null;
    byte @Nullable [] faults = null;
    for (int row = 0; row < size; row++) {
      Reading reading = rows.get(row);
      RejectReason fault = null;
      try {
        times[row] =
            reading.hasTime()
                ? Times.toMicros(reading.getTime().getSeconds(), reading.getTime().getNanos())
                : Long.MIN_VALUE;
      } catch (TimeTooFineException e) {
        times[row] =
            reading.getTime().getSeconds() * Times.MICROS_PER_SECOND
                + reading.getTime().getNanos() / 1_000;
        fault = RejectReason.TIME_TOO_FINE;
      } catch (IllegalArgumentException e) {
        times[row] = Long.MIN_VALUE;
      }
      if (times[row] == Long.MIN_VALUE) {
        fault = RejectReason.TIME_OUT_OF_RANGE;
      }
      if (reading.hasValue()) {
        values[row] = reading.getValue();
      } else if (fault == null) {
        fault = RejectReason.VALUE_MISSING;
      }
      if (reading.getQuality() != 0) {
        qualities = qualities == null ? new short[size] : qualities;
        qualities[row] = (short) (reading.getQuality() & SENDER_QUALITY_BITS);
      }
      if (fault != null) {
        faults = faults == null ? new byte[size] : faults;
        faults[row] = (byte) fault.number();
      }
    }
    return new SeriesColumn(rows.getFirst().getSeries(), times, values, qualities, faults);
  }
}
