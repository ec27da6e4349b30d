package dev.tidewatch.serverkit.telemetry;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * W3C {@code traceparent} texts, for messages that carry a trace of their own because the metadata
 * of their stream travels only once. Source: W3C Trace Context, level 1, version 00.
 */
public final class TraceParents {
  private static final Pattern FORM =
      Pattern.compile("(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})");

  private TraceParents() {}

  /** That of the span current on this thread; empty when there is none. */
  public static String current() {
    return of(Span.current().getSpanContext());
  }

  /** Empty for an invalid context. */
  public static String of(SpanContext span) {
    return span.isValid()
        ? "00-" + span.getTraceId() + "-" + span.getSpanId() + "-" + span.getTraceFlags().asHex()
        : "";
  }

  /**
   * The span that the text names; invalid, and so without effect, when the text is empty or
   * malformed.
   */
  public static SpanContext parse(String traceparent) {
    Matcher matcher = FORM.matcher(traceparent);
    if (!matcher.matches()) {
      return SpanContext.getInvalid();
    }
    return SpanContext.createFromRemoteParent(
        matcher.group(1),
        matcher.group(2),
        TraceFlags.fromHex(matcher.group(3), 0),
        TraceState.getDefault());
  }

  /**
   * The current context with the named span as parent; the current context itself when the text
   * names none.
   */
  public static Context toContext(String traceparent) {
    SpanContext parent = parse(traceparent);
    return parent.isValid() ? Context.current().with(Span.wrap(parent)) : Context.current();
  }
}
