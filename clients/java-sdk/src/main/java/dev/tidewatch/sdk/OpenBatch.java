package dev.tidewatch.sdk;

import com.google.protobuf.ByteString;
import dev.tidewatch.proto.ingest.v1.ReadingsBatch;
import dev.tidewatch.proto.ingest.v1.SeriesReadings;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The batch that is being filled: primitive columns per series, straight in the wire's message. Not
 * thread-safe; guarded by the writer's lock.
 */
final class OpenBatch {
  /** Time and value; names and lengths come on top once per series. */
  private static final int READING_BYTES = 16;

  private static final int SERIES_BYTES = 24;

  private final Map<String, SeriesReadings.Builder> columns = new LinkedHashMap<>();
  private Context context = Context.root();
  private ByteString position;
  private boolean marked;
  private int readings;
  private long bytes;
  private long startedNanos;

  /**
   * @param position of the source at the end of the batch before
   */
  OpenBatch(ByteString position) {
    this.position = position;
  }

  /** A reading's quality: sum of the flags that a sender may set. */
  void append(String series, long timeMicros, double value, int quality) {
    if (readings == 0) {
      startedNanos = System.nanoTime();
      context = Context.current();
    }
    SeriesReadings.Builder column = columns.get(series);
    if (column == null) {
      column = SeriesReadings.newBuilder().setSeries(series);
      columns.put(series, column);
      bytes += SERIES_BYTES + series.length();
    }
    if (quality != 0 || column.getQualitiesCount() > 0) {
      while (column.getQualitiesCount() < column.getTimesMicrosCount()) {
        column.addQualities(0);
      }
      column.addQualities(quality);
      bytes += 2;
    }
    column.addTimesMicros(timeMicros).addValues(value);
    readings++;
    bytes += READING_BYTES;
    marked = false;
  }

  /** Everything up to here belongs to this position of the source. */
  void mark(ByteString position) {
    this.position = position;
    marked = true;
  }

  /** True if nothing was appended since the last mark. */
  boolean atMark() {
    return marked;
  }

  int readings() {
    return readings;
  }

  long bytes() {
    return bytes;
  }

  /** Meaningless while empty. */
  long startedNanos() {
    return startedNanos;
  }

  ByteString position() {
    return position;
  }

  PendingBatch seal(long sequence, Tracer tracer) {
    Span span =
        tracer
            .spanBuilder("tidewatch.ingest.batch")
            .setParent(context)
            .setSpanKind(SpanKind.CLIENT)
            .setAttribute("tidewatch.batch.sequence", sequence)
            .setAttribute("tidewatch.batch.readings", readings)
            .startSpan();
    var message =
        ReadingsBatch.newBuilder()
            .setSequence(sequence)
            .setSourcePosition(position)
            .setTraceparent(TraceInterceptor.traceparent(span));
    columns.values().forEach(message::addColumns);
    return new PendingBatch(message.build(), readings, bytes, span);
  }
}
