package dev.tidewatch.inference.tracing;

import dev.tidewatch.serverkit.telemetry.TraceParents;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.util.function.Function;

/** Runs work inside spans. Thread-safe. */
public final class Spans {
  private final Tracer tracer;

  public Spans(Tracer tracer) {
    this.tracer = tracer;
  }

  /** Runs the work in a child of the current span; what it throws is marked on the span. */
  public <T> T in(String name, Function<Span, T> work) {
    return run(tracer.spanBuilder(name), work);
  }

  /** Runs the work in a child of a context that came in a message; a new trace if that is empty. */
  public <T> T under(String traceparent, String name, Function<Span, T> work) {
    return run(
        tracer
            .spanBuilder(name)
            .setParent(Context.root().with(Span.wrap(TraceParents.parse(traceparent)))),
        work);
  }

  private static <T> T run(SpanBuilder builder, Function<Span, T> work) {
    Span span = builder.startSpan();
    try (Scope _ = span.makeCurrent()) {
      return work.apply(span);
    } catch (Throwable e) {
      span.setStatus(StatusCode.ERROR, e.getClass().getSimpleName());
      throw e;
    } finally {
      span.end();
    }
  }
}
