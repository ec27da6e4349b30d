package dev.tidewatch.monitor.api;

import dev.tidewatch.monitor.ContentId;
import dev.tidewatch.monitor.anomaly.Anomaly;
import dev.tidewatch.monitor.ledger.Prediction;
import dev.tidewatch.serverkit.telemetry.TraceParents;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.ArrayList;
import java.util.List;

/**
 * Continues the trace that each prediction or anomaly carries: one span each for as long as its
 * batch is written, linked to the span of the call, since a batch holds records of many traces.
 * Thread-safe.
 */
public final class RecordSpans {
  private final Tracer tracer;

  public RecordSpans(Tracer tracer) {
    this.tracer = tracer;
  }

  /** Spans of one batch; ended by {@link #close}, as failed unless told otherwise. */
  static final class Batch implements AutoCloseable {
    private final List<Span> spans = new ArrayList<>();
    private boolean succeeded;

    void succeeded() {
      succeeded = true;
    }

    @Override
    public void close() {
      for (Span span : spans) {
        if (!succeeded) {
          span.setStatus(StatusCode.ERROR);
        }
        span.end();
      }
    }
  }

  Batch ofPredictions(List<Prediction> predictions) {
    var batch = new Batch();
    for (Prediction prediction : predictions) {
      if (TraceParents.parse(prediction.traceparent()).isValid()) {
        batch.spans.add(
            continuing("ledger record", prediction.traceparent())
                .setAttribute("tidewatch.series", prediction.series().value())
                .setAttribute("tidewatch.model", prediction.version().model())
                .setAttribute("tidewatch.version", prediction.version().version())
                .setAttribute("tidewatch.prediction_id", ContentId.toText(prediction.id()))
                .setAttribute("tidewatch.steps", prediction.steps().count())
                .startSpan());
      }
    }
    return batch;
  }

  Batch ofAnomalies(List<Anomaly> anomalies) {
    var batch = new Batch();
    for (Anomaly anomaly : anomalies) {
      if (TraceParents.parse(anomaly.traceparent()).isValid()) {
        batch.spans.add(
            continuing("anomaly record", anomaly.traceparent())
                .setAttribute("tidewatch.series", anomaly.series().value())
                .setAttribute("tidewatch.model", anomaly.detector())
                .setAttribute("tidewatch.version", anomaly.detectorVersion())
                .setAttribute("tidewatch.anomaly_id", ContentId.toText(anomaly.id()))
                .setAttribute("tidewatch.severity", anomaly.severity().name())
                .startSpan());
      }
    }
    return batch;
  }

  private SpanBuilder continuing(String name, String traceparent) {
    SpanBuilder builder =
        tracer
            .spanBuilder(name)
            .setSpanKind(SpanKind.CONSUMER)
            .setParent(Context.root().with(Span.wrap(TraceParents.parse(traceparent))));
    var call = Span.current().getSpanContext();
    return call.isValid() ? builder.addLink(call) : builder;
  }
}
