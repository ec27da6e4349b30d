package dev.tidewatch.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.proto.ingest.v1.RejectReason;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.serverkit.telemetry.Telemetry;
import dev.tidewatch.serverkit.testing.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** On plain PostgreSQL, where retention drops whole months. */
final class PlainHistoryTest extends HistoryContract {
  @Override
  TestDatabase database() {
    return TestDatabase.plain(IngestServer.SCHEMA, IngestServer.MIGRATIONS);
  }

  @Test
  void dropsMonthsThatAreWhollyOlderThanRetention() throws Exception {
    var settings = Map.of("intake.retention", "60d", "history.maintenance-interval", "50ms");
    try (var ingest = RunningIngest.start(database(), settings, Telemetry.disabled());
        Database rows = ingest.database.open(IngestServer.SCHEMA);
        WriterClient writer = ingest.writer("w")) {
      // The clock stands at 2026-03-01.
      writer.send(1, Readings.column("s", -50 * 1440, 1), Readings.column("s", 0, 2));
      assertThat(writer.acknowledgedThrough(1).getAccepted()).isEqualTo(2);
      assertThat(months(rows)).containsExactly("reading_y2026m01", "reading_y2026m02");
      writer.send(2, Readings.column("s", -50 * 1440, 1));
      writer.acknowledgedThrough(2);
      assertThat(tallies(rows)).isEqualTo(1);

      // All of January is older than 60 days from April 1 on, and goes a day later.
      ingest.clock.advance(Duration.ofDays(31 + 1));
      Thread.sleep(300);
      assertThat(months(rows)).containsExactly("reading_y2026m01", "reading_y2026m02");
      ingest.clock.advance(Duration.ofHours(25));
      await(() -> months(rows).equals(List.of("reading_y2026m02")));
      await(() -> tallies(rows) == 0);
      assertThat(Readings.all(ingest.query(), "s").get("s")).containsOnlyKeys(Readings.minute(0));

      writer.send(3, Readings.column("s", -50 * 1440, 1), Readings.column("s", 1, 3));
      assertThat(writer.acknowledgedThrough(3).getAccepted()).isEqualTo(2 + 1);
      assertThat(writer.rejected())
          .singleElement()
          .extracting(rejected -> rejected.getReason())
          .isEqualTo(RejectReason.REJECT_REASON_OLDER_THAN_RETENTION);
    }
  }

  @Test
  void makesAMonthAgainThatWasDroppedBehindItsBack() throws Exception {
    try (var ingest = RunningIngest.start(database(), Map.of(), Telemetry.disabled());
        WriterClient writer = ingest.writer("w")) {
      writer.send(1, Readings.column("s", 0, 1));
      writer.acknowledgedThrough(1);
      ingest.execute("DROP TABLE ingest.reading_y2026m02");
      writer.send(2, Readings.column("s", 1, 2));
      assertThat(writer.acknowledgedThrough(2).getAccepted()).isEqualTo(2);
      assertThat(Readings.all(ingest.query(), "s").get("s")).containsOnlyKeys(Readings.minute(1));
    }
  }

  private static long tallies(Database rows) {
    return rows.dsl().fetchSingle("SELECT count(*) FROM reading_tally").get(0, Long.class);
  }

  private static List<String> months(Database rows) {
    return rows.dsl()
        .fetch(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'reading'::regclass ORDER BY 1")
        .getValues(0, String.class);
  }
}
