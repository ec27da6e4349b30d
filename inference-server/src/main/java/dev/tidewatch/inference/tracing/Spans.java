package dev.tidewatch.inference.tracing;

import dev.tidewatch.serverkit.telemetry.TraceParents;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.util.concurrent.CompletableFuture;
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

  /**
   * As {@link #in}, for work that goes on elsewhere: the span ends with the future.
   *
   * @return the work's future
   */
  public <T> CompletableFuture<T> inAsync(String name, Function<Span, CompletableFuture<T>> work) {
    Span span = tracer.spanBuilder(name).startSpan();
    CompletableFuture<T> result;
    try (Scope _ = span.makeCurrent()) {
      result = work.apply(span);
    } catch (Throwable e) {
      span.setStatus(StatusCode.ERROR, e.getClass().getSimpleName());
      span.end();
      throw e;
    }
    return result.whenComplete((ignored, failure) -> {
      if (failure != null) {
        span.setStatus(StatusCode.ERROR, failure.getClass().getSimpleName());
      }
      span.end();
    });
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
