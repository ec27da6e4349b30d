package dev.tidewatch.monitor.api;

import dev.tidewatch.monitor.alert.AlertLabels;
import dev.tidewatch.monitor.alert.AlertRule;
import dev.tidewatch.monitor.alert.AlertTrace;
import dev.tidewatch.serverkit.telemetry.TraceParents;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;

/** A span for each alert's begin, in the trace of what led to it. Thread-safe. */
public final class AlertSpans implements AlertTrace {
  private final Tracer tracer;

  public AlertSpans(Tracer tracer) {
    this.tracer = tracer;
  }

  @Override
  public String begun(AlertRule rule, AlertLabels labels, String traceparent) {
    var parent = TraceParents.parse(traceparent);
    if (!parent.isValid()) {
      return traceparent;
    }
    var builder =
        tracer
            .spanBuilder("alert begin")
            .setSpanKind(SpanKind.CONSUMER)
            .setParent(Context.root().with(Span.wrap(parent)))
            .setAttribute("tidewatch.alert.rule", rule.name())
            .setAttribute("tidewatch.severity", rule.severity().name());
    labels.asMap().forEach((label, value) -> builder.setAttribute("tidewatch." + label, value));
    Span span = builder.startSpan();
    span.end();
    String begun = TraceParents.of(span.getSpanContext());
    return begun.isEmpty() ? traceparent : begun;
  }
}
