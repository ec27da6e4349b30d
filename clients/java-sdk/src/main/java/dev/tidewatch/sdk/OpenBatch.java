package dev.tidewatch.sdk;

import com.google.protobuf.ByteString;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The batch that is being filled: primitive columns per series, encoded once when it is sealed.
 * Serves one batch after the other. Not thread-safe; guarded by the outbox's lock.
 */
final class OpenBatch {
  /** Time and value; names and lengths come on top once per series. */
  static final int READING_BYTES = 16;

  private static final int SERIES_BYTES = 24;

  /** What empty columns may hold in memory for the next batch. */
  private static final long KEPT_BYTES_MAX = 8L << 20;

  private final Map<String, OpenColumn> columns = new HashMap<>();
  private final List<OpenColumn> filled = new ArrayList<>();
  private @Nullable String lastSeries;
  private @Nullable OpenColumn lastColumn;
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
    OpenColumn column = column(series, 1);
    column.append(timeMicros, value, quality);
    if (quality != 0) {
      bytes += 2;
    }
  }

  /** Takes {@code count} readings beginning at {@code from}. */
  void append(String series, long[] timesMicros, double[] values, int from, int count) {
    column(series, count).append(timesMicros, values, from, count);
  }

  private OpenColumn column(String series, int more) {
    if (readings == 0) {
      startedNanos = System.nanoTime();
      context = Context.current();
    }
    OpenColumn column = lastColumn;
    if (column == null || !series.equals(lastSeries)) {
      column = columns.computeIfAbsent(series, OpenColumn::new);
      lastColumn = column;
      lastSeries = series;
    }
    if (column.isEmpty()) {
      filled.add(column);
      bytes += SERIES_BYTES + series.length();
    }
    readings += more;
    bytes += (long) READING_BYTES * more;
    marked = false;
    return column;
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

  /** Encodes what gathered; this is empty again afterwards, at the same position. */
  PendingBatch seal(long sequence, Tracer tracer) {
    Span span =
        tracer
            .spanBuilder("tidewatch.ingest.batch")
            .setParent(context)
            .setSpanKind(SpanKind.CLIENT)
            .setAttribute("tidewatch.batch.sequence", sequence)
            .setAttribute("tidewatch.batch.readings", readings)
            .startSpan();
    EncodedRequest message = encode(sequence, TraceInterceptor.traceparent(span));
    var sealed = new PendingBatch(sequence, message, readings, span);
    clear();
    return sealed;
  }

  /** A {@code StreamReadingsRequest} with a {@code ReadingsBatch}; fields as in the contract. */
  private EncodedRequest encode(long sequence, String traceparent) {
    byte[] trace = traceparent.getBytes(StandardCharsets.UTF_8);
    int length = 1 + WireBytes.varintSize(sequence);
    for (OpenColumn column : filled) {
      int columnBytes = column.encodedBytes();
      length += 1 + WireBytes.varintSize(columnBytes) + columnBytes;
    }
    if (!position.isEmpty()) {
      length += 1 + WireBytes.varintSize(position.size()) + position.size();
    }
    if (trace.length > 0) {
      length += 1 + WireBytes.varintSize(trace.length) + trace.length;
    }
    var out = new WireBytes(1 + WireBytes.varintSize(length) + length);
    out.tag(2, WireBytes.BYTES);
    out.varint(length);
    out.tag(1, WireBytes.VARINT);
    out.varint(sequence);
    for (OpenColumn column : filled) {
      out.tag(2, WireBytes.BYTES);
      out.varint(column.encodedBytes());
      column.encodeTo(out);
    }
    if (!position.isEmpty()) {
      out.bytes(4, position.toByteArray());
    }
    if (trace.length > 0) {
      out.bytes(5, trace);
    }
    return new EncodedRequest(out.finish());
  }

  private void clear() {
    long kept = 0;
    for (OpenColumn column : filled) {
      column.clear();
      kept += column.keptBytes();
    }
    // Columns of the last batches; those of series that come no more would pile up.
    if (kept * 2 > KEPT_BYTES_MAX || columns.size() > 2 * filled.size() + 1_000) {
      columns.clear();
      lastColumn = null;
    }
    filled.clear();
    readings = 0;
    bytes = 0;
    marked = false;
  }
}
