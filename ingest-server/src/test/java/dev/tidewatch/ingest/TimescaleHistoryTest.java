package dev.tidewatch.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.proto.ingest.v1.ReadingCounts;
import dev.tidewatch.proto.ingest.v1.SeriesReadings;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.serverkit.telemetry.Telemetry;
import dev.tidewatch.serverkit.testing.RequiresEnvironment;
import dev.tidewatch.serverkit.testing.TestDatabase;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** On TimescaleDB, whose own policies compress and drop. */
@RequiresEnvironment(RequiresEnvironment.TIMESCALE)
final class TimescaleHistoryTest extends HistoryContract {
  @Override
  TestDatabase database() {
    return TestDatabase.timescale(IngestServer.SCHEMA, IngestServer.MIGRATIONS);
  }

  @Test
  void policiesAreWhatTheSettingsSay() {
    try (var ingest = RunningIngest.start(database(), Map.of(), Telemetry.disabled());
        Database rows = ingest.database.open(IngestServer.SCHEMA)) {
      assertThat(policies(rows)).containsOnly(Map.entry("policy_compression", 604_800L));
      var settings = Map.of("history.columnstore-after", "14d", "intake.retention", "180d");
      for (int again = 0; again < 2; again++) {
        ingest.restart(settings);
        assertThat(policies(rows))
            .containsOnly(
                Map.entry("policy_compression", 1_209_600L),
                Map.entry("policy_retention", 15_552_000L));
      }
      ingest.restart(Map.of("history.columnstore-after", "0s"));
      assertThat(policies(rows)).isEmpty();
    }
  }

  @Test
  void takesLateReadingsIntoCompressedChunks() throws Exception {
    int readings = 1_400;
    try (var ingest = RunningIngest.start(database(), Map.of(), Telemetry.disabled());
        Database rows = ingest.database.open(IngestServer.SCHEMA)) {
      // As tight as it can be set, so that a commit that heeds it is refused.
      ingest.execute(
          "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET"
              + " timescaledb.max_tuples_decompressed_per_dml_transaction = 1', current_database()); END $$");
      ingest.restart();
      try (WriterClient writer = ingest.writer("w")) {
        writer.send(1, column(readings, 2, 1.0));
        writer.acknowledgedThrough(1);
        ingest.execute(
            "SET search_path TO ingest, public; SELECT compress_chunk(c) FROM show_chunks('reading') c");

        // Every other one is there already; of those, half hold something else.
        SeriesReadings.Builder late = SeriesReadings.newBuilder().setSeries("s");
        for (int i = 0; i < readings; i++) {
          late.addTimesMicros(Readings.minute(i)).addValues(i % 4 == 0 ? 7.0 : 1.0);
        }
        writer.send(2, late.build());
        ReadingCounts counts = writer.acknowledgedThrough(2);
        assertThat(counts.getAccepted() - readings / 2).isEqualTo(readings / 2);
        assertThat(counts.getReplaced()).isEqualTo(readings / 4);
        assertThat(counts.getUnchanged()).isEqualTo(readings / 4);
        assertThat(Readings.all(ingest.query(), "s").get("s"))
            .hasSize(readings)
            .containsEntry(Readings.minute(4), 7.0)
            .containsEntry(Readings.minute(6), 1.0);
      }
      assertThat(
              rows.dsl()
                  .fetchSingle("SELECT count(*) FROM reading_superseded")
                  .get(0, Integer.class))
          .isEqualTo(readings / 4);
    }
  }

  private static SeriesReadings column(int span, int step, double value) {
    var column = SeriesReadings.newBuilder().setSeries("s");
    for (int i = 0; i < span; i += step) {
      column.addTimesMicros(Readings.minute(i)).addValues(value);
    }
    return column.build();
  }

  private static Map<String, Long> policies(Database rows) {
    var found = new HashMap<String, Long>();
    rows.dsl()
        .fetch(
            """
            SELECT proc_name::text, extract(epoch FROM coalesce(config ->> 'compress_after', config ->> 'drop_after')::interval)::bigint
            FROM timescaledb_information.jobs WHERE hypertable_schema = 'ingest' AND hypertable_name = 'reading'\
            """)
        .forEach(row -> found.put(row.get(0, String.class), row.get(1, Long.class)));
    return found;
  }
}
