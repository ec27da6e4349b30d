package dev.tidewatch.monitor.delivery;

import dev.tidewatch.monitor.ContentId;
import dev.tidewatch.monitor.delivery.DeliveryStore.Claimed;
import dev.tidewatch.serverkit.telemetry.TraceParents;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;

/** Spans and metrics of deliveries. Thread-safe. */
final class DeliveryTelemetry {
  private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("outcome");

  private final Tracer tracer;
  private final LongCounter deliveries;

  DeliveryTelemetry(Tracer tracer, Meter meter) {
    this.tracer = tracer;
    this.deliveries =
        meter
            .counterBuilder("tidewatch.monitor.deliveries")
            .setDescription(
                "Attempts to deliver alerts, by what became of them: delivered, failed, given_up.")
            .build();
  }

  /** The span of an attempt, in the trace that led to the alert. */
  Span attempt(DeliveryTarget target, Claimed delivery) {
    return tracer
        .spanBuilder("alert deliver")
        .setSpanKind(SpanKind.CLIENT)
        .setParent(Context.root().with(Span.wrap(TraceParents.parse(delivery.traceparent()))))
        .setAttribute("http.request.method", "POST")
        .setAttribute("server.address", String.valueOf(target.url().getHost()))
        .setAttribute("tidewatch.target", target.name())
        .setAttribute("tidewatch.delivery_id", ContentId.toText(delivery.id()))
        .setAttribute("tidewatch.attempt", delivery.attempt())
        .startSpan();
  }

  static void end(Span span, WebhookSender.Answer answer) {
    if (answer.status() != 0) {
      span.setAttribute("http.response.status_code", answer.status());
    }
    if (!answer.isSuccess()) {
      span.setStatus(StatusCode.ERROR, answer.describe());
    }
    span.end();
  }

  void count(DeliveryStore.Outcome outcome) {
    String what =
        switch (outcome) {
          case DeliveryStore.Outcome.Delivered _ -> "delivered";
          case DeliveryStore.Outcome.Failed _ -> "failed";
          case DeliveryStore.Outcome.GivenUp _ -> "given_up";
        };
    deliveries.add(1, Attributes.of(OUTCOME, what));
  }
}
