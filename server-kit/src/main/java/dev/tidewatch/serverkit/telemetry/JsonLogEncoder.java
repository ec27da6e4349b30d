package dev.tidewatch.serverkit.telemetry;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import java.nio.charset.StandardCharsets;
import org.slf4j.event.KeyValuePair;

/**
 * One JSON object a line: {@code time}, {@code level}, {@code logger}, {@code thread}, {@code
 * message}, the key-value pairs of the event, {@code trace_id}, {@code span_id} and {@code
 * request_id} where there are any, and {@code error} with the stack trace.
 */
final class JsonLogEncoder extends EncoderBase<ILoggingEvent> {
  private static final byte[] NOTHING = new byte[0];

  @Override
  public byte[] encode(ILoggingEvent event) {
    var out = new StringBuilder(256).append('{');
    Json.field(out, "time", event.getInstant().toString());
    Json.field(out, "level", event.getLevel().toString());
    Json.field(out, "logger", event.getLoggerName());
    Json.field(out, "thread", event.getThreadName());
    Json.field(out, "message", event.getFormattedMessage());
    if (event.getKeyValuePairs() != null) {
      for (KeyValuePair pair : event.getKeyValuePairs()) {
        Json.field(out, pair.key, String.valueOf(pair.value));
      }
    }
    SpanContext span = Span.current().getSpanContext();
    if (span.isValid()) {
      Json.field(out, "trace_id", span.getTraceId());
      Json.field(out, "span_id", span.getSpanId());
    }
    RequestId.current().ifPresent(id -> Json.field(out, "request_id", id));
    if (event.getThrowableProxy() != null) {
      Json.field(out, "error", ThrowableProxyUtil.asString(event.getThrowableProxy()));
    }
    return out.append("}\n").toString().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public byte[] headerBytes() {
    return NOTHING;
  }

  @Override
  public byte[] footerBytes() {
    return NOTHING;
  }
}
