package dev.tidewatch.ingest;

import static dev.tidewatch.ingest.Readings.column;
import static dev.tidewatch.ingest.Readings.minute;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Timestamps;
import dev.tidewatch.proto.ingest.v1.DeleteReadingsResponse;
import dev.tidewatch.proto.ingest.v1.TimeRange;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.serverkit.telemetry.Telemetry;
import dev.tidewatch.serverkit.testing.RequiresEnvironment;
import dev.tidewatch.serverkit.testing.TestDatabase;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** On TimescaleDB. */
@RequiresEnvironment(RequiresEnvironment.TIMESCALE)
final class TimescaleDeletionTest extends DeletionContract {
  @Override
  TestDatabase database() {
    return TestDatabase.timescale(IngestServer.SCHEMA, IngestServer.MIGRATIONS);
  }

  @Test
  void deletesFromCompressedChunks() throws Exception {
    int readings = 1_200;
    try (var ingest = RunningIngest.start(database(), Map.of(), Telemetry.disabled());
        Database rows = ingest.database.open(IngestServer.SCHEMA)) {
      // As tight as it can be set, so that a deletion that heeds it is refused.
      ingest.execute(
          "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET"
              + " timescaledb.max_tuples_decompressed_per_dml_transaction = 1', current_database()); END $$");
      ingest.restart();
      double[] values = IntStream.range(0, readings).asDoubleStream().toArray();
      store(ingest, column("c", 0, values), column("d", 0, values));
      ingest.execute(
          "SET search_path TO ingest, public; SELECT compress_chunk(c) FROM show_chunks('reading') c");
      assertThat(
              rows.dsl()
                  .fetchSingle(
                      """
                      SELECT count(*) FROM timescaledb_information.chunks
                      WHERE hypertable_schema = 'ingest' AND hypertable_name = 'reading' AND is_compressed\
                      """)
                  .get(0, Integer.class))
          .isPositive();
      var before = head(ingest);
      DeleteReadingsResponse deleted =
          ingest
              .ingest()
              .deleteReadings(
                  request("c")
                      .setRange(
                          TimeRange.newBuilder()
                              .setStartTime(Timestamps.fromMicros(minute(100)))
                              .setEndTime(Timestamps.fromMicros(minute(900))))
                      .build());
      assertThat(deleted.getReadingsDeleted()).isEqualTo(800);
      assertThat(deleted.getFeedPosition().getPosition()).isEqualTo(before.getPosition() + 1);
      Map<String, Map<Long, Double>> left = Readings.all(ingest.query(), "");
      assertThat(left.get("c"))
          .hasSize(readings - 800)
          .containsEntry(minute(99), 99.0)
          .doesNotContainKey(minute(100))
          .doesNotContainKey(minute(899))
          .containsEntry(minute(900), 900.0);
      assertThat(left.get("d")).hasSize(readings);
      assertThat(
              rows.dsl()
                  .fetchSingle("SELECT count(*) FROM reading_superseded")
                  .get(0, Integer.class))
          .isEqualTo(800);
      var _ = assertFeedTellsTheTable(ingest);
    }
  }
}
