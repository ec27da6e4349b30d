package dev.tidewatch.serverkit.database;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import java.sql.SQLException;
import java.util.Locale;
import org.jooq.ExecuteContext;
import org.jooq.ExecuteListener;
import org.jspecify.annotations.Nullable;

/**
 * A CLIENT span for each SQL statement of jOOQ, with the attributes of OpenTelemetry's database
 * conventions. Only inside another span: pollers would else fill the backend with traces of one
 * statement.
 */
final class SqlSpans implements ExecuteListener {
  private static final long serialVersionUID = 1L;
  private static final String KEY = SqlSpans.class.getName();

  private final transient Tracer tracer;
  private final String schema;

  SqlSpans(Tracer tracer, String schema) {
    this.tracer = tracer;
    this.schema = schema;
  }

  @Override
  public void executeStart(ExecuteContext context) {
    if (!Span.current().getSpanContext().isValid()) {
      return;
    }
    String sql = context.sql() != null ? context.sql() : "BATCH";
    String operation = firstWord(sql);
    context.data(
        KEY,
        tracer
            .spanBuilder(operation + " " + schema)
            .setSpanKind(SpanKind.CLIENT)
            .setAttribute("db.system.name", "postgresql")
            .setAttribute("db.namespace", schema)
            .setAttribute("db.operation.name", operation)
            .setAttribute("db.query.text", sql)
            .startSpan());
  }

  @Override
  public void end(ExecuteContext context) {
    Object started = context.data(KEY);
    if (started instanceof Span span) {
      @Nullable SQLException failure = context.sqlException();
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
