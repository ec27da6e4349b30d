package dev.tidewatch.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.serverkit.testing.RequiresEnvironment;
import dev.tidewatch.serverkit.testing.TestDatabase;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The two layouts have the same tables with the same columns, since one set of jOOQ classes serves
 * both.
 */
@RequiresEnvironment(RequiresEnvironment.TIMESCALE)
final class TimescaleLayoutTest {
  @Test
  void hasTheColumnsOfThePlainLayout() {
    try (var plain = TestDatabase.plain(IngestServer.SCHEMA, IngestServer.MIGRATIONS);
        var timescale = TestDatabase.timescale(IngestServer.SCHEMA, IngestServer.MIGRATIONS);
        Database first = plain.open(IngestServer.SCHEMA);
        Database second = timescale.open(IngestServer.SCHEMA)) {
      assertThat(layout(first)).isEqualTo("plain");
      assertThat(layout(second)).isEqualTo("timescale");
      assertThat(columns(second)).hasSizeGreaterThan(80).isEqualTo(columns(first));
    }
  }

  private static String layout(Database database) {
    return database.dsl().fetchSingle("SELECT kind FROM layout").get(0, String.class);
  }

  private static List<String> columns(Database database) {
    return database
        .dsl()
        .fetch(
            """
            SELECT concat_ws(' ', c.table_name, c.column_name, c.data_type, c.collation_name, c.is_nullable,
              col_description(format('%I.%I', c.table_schema, c.table_name)::regclass, c.ordinal_position))
            FROM information_schema.columns c
            WHERE c.table_schema = 'ingest' AND c.table_name <> 'flyway_schema_history'
            ORDER BY c.table_name, c.ordinal_position\
            """)
        .getValues(0, String.class);
  }
}
