package dev.tidewatch.monitor.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.serverkit.testing.RequiresEnvironment;
import dev.tidewatch.serverkit.testing.TestDatabase;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Code generated from one layout must fit the other. */
@RequiresEnvironment(RequiresEnvironment.TIMESCALE)
final class TimescaleLayoutTest {
  private static final String MIGRATIONS = "db/migration/monitor";

  @Test
  void columnsAreTheSameOnBothLayouts() {
    try (var plain = TestDatabase.plain("monitor", MIGRATIONS);
        var timescale = TestDatabase.timescale("monitor", MIGRATIONS)) {
      List<String> columns = columns(timescale);
      assertThat(columns).hasSizeGreaterThan(100).isEqualTo(columns(plain));
      assertThat(
              rows(
                  timescale,
                  """
                  SELECT hypertable_name::text FROM timescaledb_information.hypertables
                  WHERE hypertable_schema = 'monitor' ORDER BY 1
                  """))
          .containsExactly(
              "accuracy_rollup",
              "accuracy_rollup_interval",
              "actual",
              "drift_verdict",
              "health_point",
              "prediction",
              "prediction_step");
      assertThat(rows(timescale, "SELECT kind FROM layout")).containsExactly("timescale");
      assertThat(rows(plain, "SELECT kind FROM layout")).containsExactly("plain");
    }
  }

  private static List<String> columns(TestDatabase database) {
    return rows(
        database,
        """
        SELECT table_name || '.' || column_name || ' ' || udt_name || ' ' || is_nullable
        FROM information_schema.columns WHERE table_schema = 'monitor' ORDER BY table_name, ordinal_position
        """);
  }

  private static List<String> rows(TestDatabase test, String sql) {
    try (var database = test.open("monitor")) {
      return database.dsl().fetch(sql).getValues(0, String.class);
    }
  }
}
