package dev.tidewatch.serverkit.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.serverkit.testing.RequiresEnvironment;
import dev.tidewatch.serverkit.testing.TestDatabase;
import org.junit.jupiter.api.Test;

@RequiresEnvironment(RequiresEnvironment.TIMESCALE)
final class TimescaleDatabaseTest {
  @Test
  void aFreshDatabaseHasTheExtensionAndTheMigratedSchema() {
    try (var place = TestDatabase.timescale("kit", "db/migration/kit");
        var database = place.open("kit")) {
      assertThat(
              database
                  .dsl()
                  .fetchValue("SELECT count(*) FROM pg_extension WHERE extname = 'timescaledb'"))
          .isEqualTo(1L);
      database.dsl().execute("INSERT INTO note VALUES (1, 'here')");
      assertThat(database.dsl().fetchValue("SELECT text FROM note")).isEqualTo("here");
    }
  }
}
