package dev.tidewatch.serverkit.database;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import org.jooq.ExecuteContext;
import org.jooq.ExecuteListener;
import org.jspecify.annotations.Nullable;

/**
 * Tells of each SQL statement of jOOQ by OpenTelemetry's database conventions: its duration as a
 * metric, and, inside another span, a CLIENT span. Outside of spans there is none: pollers would
 * else fill the backend with traces of one statement.
 */
final class SqlSpans implements ExecuteListener {
  private static final long serialVersionUID = 1L;
  private static final String STARTED = SqlSpans.class.getName();
  private static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("db.system.name");
  private static final AttributeKey<String> NAMESPACE = AttributeKey.stringKey("db.namespace");
  private static final AttributeKey<String> OPERATION = AttributeKey.stringKey("db.operation.name");
  private static final List<Double> BOUNDARIES_SECONDS =
      List.of(0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0);

  private record Started(String operation, long nanos, @Nullable Span span) {}

  private final transient Tracer tracer;
  private final transient DoubleHistogram duration;
  private final String schema;

  SqlSpans(Tracer tracer, Meter meter, String schema) {
    this.tracer = tracer;
    this.duration =
        meter
            .histogramBuilder("db.client.operation.duration")
            .setUnit("s")
            .setExplicitBucketBoundariesAdvice(BOUNDARIES_SECONDS)
            .build();
    this.schema = schema;
  }

  @Override
  public void executeStart(ExecuteContext context) {
    String sql = context.sql() != null ? context.sql() : "BATCH";
    String operation = firstWord(sql);
    Span span =
        Span.current().getSpanContext().isValid()
            ? tracer
                .spanBuilder(operation + " " + schema)
                .setSpanKind(SpanKind.CLIENT)
                .setAttribute(SYSTEM, "postgresql")
                .setAttribute(NAMESPACE, schema)
                .setAttribute(OPERATION, operation)
                .setAttribute("db.query.text", sql)
                .startSpan()
            : null;
    context.data(STARTED, new Started(operation, System.nanoTime(), span));
  }

  @Override
  public void end(ExecuteContext context) {
    if (!(context.data(STARTED) instanceof Started started)) {
      return;
    }
    duration.record(
        (System.nanoTime() - started.nanos()) / 1e9,
        Attributes.of(SYSTEM, "postgresql", NAMESPACE, schema, OPERATION, started.operation()));
    Span span = started.span();
    if (span != null) {
      SQLException failure = context.sqlException();
      if (failure != null) {
        span.setStatus(StatusCode.ERROR);
        if (failure.getSQLState() != null) {
          span.setAttribute("db.response.status_code", failure.getSQLState());
        }
      }
      span.end();
    }
  }

  private static String firstWord(String sql) {
    String start = sql.stripLeading();
    int end = 0;
    while (end < start.length() && Character.isLetter(start.charAt(end))) {
      end++;
    }
    return start.substring(0, end).toUpperCase(Locale.ROOT);
  }
}
