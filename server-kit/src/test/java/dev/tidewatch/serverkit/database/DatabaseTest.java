package dev.tidewatch.serverkit.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewatch.serverkit.config.ConfigException;
import dev.tidewatch.serverkit.config.ConfigLoader;
import dev.tidewatch.serverkit.errors.NotFound;
import dev.tidewatch.serverkit.telemetry.Telemetry;
import dev.tidewatch.serverkit.testing.TestDatabase;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.testing.junit5.OpenTelemetryExtension;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.Map;
import org.jooq.exception.DataAccessException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class DatabaseTest {
  @RegisterExtension static final OpenTelemetryExtension recorded = OpenTelemetryExtension.create();

  @Test
  void eachTestGetsAMigratedDatabaseOfItsOwn() {
    try (var first = notes();
        var second = notes();
        var one = first.open("kit");
        var other = second.open("kit")) {
      one.dsl().execute("INSERT INTO note VALUES (1, 'only here')");
      assertThat(one.dsl().fetchValue("SELECT count(*) FROM note")).isEqualTo(1L);
      assertThat(other.dsl().fetchValue("SELECT count(*) FROM note")).isEqualTo(0L);
    }
  }

  @Test
  void migratingAgainChangesNothing() {
    try (var place = notes();
        var database = place.open("kit")) {
      database.migrate("db/migration/kit");
      assertThat(
              database
                  .dsl()
                  .fetchValue("SELECT count(*) FROM kit.flyway_schema_history WHERE version = '1'"))
          .isEqualTo(1L);
    }
  }

  @Test
  void everyConnectionThinksInItsSchemaInUtcAndWithoutCompilingPlans() {
    try (var place = notes();
        var database = place.open("kit")) {
      assertThat(setting(database, "search_path")).isEqualTo("kit, public");
      assertThat(setting(database, "timezone")).isEqualTo("UTC");
      assertThat(setting(database, "jit")).isEqualTo("off");
    }
  }

  private static String setting(Database database, String name) {
    return String.valueOf(database.dsl().fetchValue("SELECT current_setting(?)", name));
  }

  @Test
  void aTransactionIsAllOrNothingAndKeepsItsException() throws Exception {
    try (var place = notes();
        var database = place.open("kit")) {
      assertThatThrownBy(() ->
              database.inTransaction(db -> {
                db.execute("INSERT INTO note VALUES (1, 'gone')");
                throw new NotFound("NOTE_UNKNOWN", "no such note");
              }))
          .isInstanceOf(NotFound.class);
      Integer rows =
          database.inTransaction(db -> {
            db.execute("INSERT INTO note VALUES (2, 'kept')");
            return db.execute("UPDATE note SET text = 'kept well'");
          });
      assertThat(rows).isEqualTo(1);
      String path =
          database.withConnection(connection -> {
            try (var shown = connection.createStatement().executeQuery("SHOW search_path")) {
              shown.next();
              return shown.getString(1);
            }
          });
      assertThat(path).isEqualTo("kit, public");
    }
  }

  @Test
  void sqlInsideASpanIsASpanAndSqlOutsideIsNot() {
    var telemetry = Telemetry.of(recorded.getOpenTelemetry());
    try (var place = notes();
        var database = Database.open(place.config().withPoolSize(2), "kit", telemetry)) {
      database.dsl().execute("SELECT 1");
      assertThat(recorded.getSpans()).isEmpty();

      var parent = telemetry.tracer().spanBuilder("work").startSpan();
      try (var scope = parent.makeCurrent()) {
        assertThat(scope).isNotNull();
        database.dsl().execute("SELECT text FROM note WHERE id = ?", 1);
        assertThatThrownBy(() -> database.dsl().execute("SELECT nothing FROM note"))
            .isInstanceOf(DataAccessException.class);
      } finally {
        parent.end();
      }
      assertThat(recorded.getSpans()).hasSize(3);
      SpanData good = recorded.getSpans().get(0);
      assertThat(good.getName()).isEqualTo("SELECT kit");
      assertThat(good.getKind()).isEqualTo(SpanKind.CLIENT);
      assertThat(good.getParentSpanId()).isEqualTo(parent.getSpanContext().getSpanId());
      assertThat(good.getAttributes().asMap().toString())
          .contains(
              "db.system.name=postgresql", "db.query.text=SELECT text FROM note WHERE id = ?");
      assertThat(recorded.getMetrics())
          .extracting(MetricData::getName)
          .contains(
              "db.client.operation.duration",
              "db.client.connection.count",
              "db.client.connection.max",
              "db.client.connection.pending_requests");
      SpanData bad = recorded.getSpans().get(1);
      assertThat(bad.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
      assertThat(bad.getAttributes().asMap().toString()).contains("db.response.status_code=42703");
    }
  }

  @Test
  void anEmbeddedFolderOrAUrlButNotBoth() {
    for (Map<String, String> settings :
        java.util.List.of(
            Map.<String, String>of(),
            Map.of("url", "jdbc:postgresql://db/x", "embedded-folder", "/tmp/x"),
            Map.of("url", "jdbc:h2:mem"),
            Map.of("url", "jdbc:postgresql://db/x", "pool-size", "0"))) {
      assertThatThrownBy(() -> ConfigLoader.with(DatabaseConfig.class, settings))
          .as("%s", settings)
          .isInstanceOf(ConfigException.class);
    }
  }

  private static TestDatabase notes() {
    return TestDatabase.plain("kit", "db/migration/kit");
  }
}
