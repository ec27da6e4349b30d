package dev.tidewatch.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.util.Timestamps;
import dev.tidewatch.proto.ingest.v1.LookupFeedPositionRequest;
import dev.tidewatch.proto.ingest.v1.QueryReadingsRequest;
import dev.tidewatch.proto.type.v1.FeedToken;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.serverkit.telemetry.Telemetry;
import dev.tidewatch.serverkit.testing.TestDatabase;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** What becomes of the past: replaced readings are forgotten, and then nobody may ask for them. */
abstract class HistoryContract {
  /** A fresh, migrated database. */
  abstract TestDatabase database();

  private static final Map<String, String> BUSY =
      Map.of(
          "history.maintenance-interval", "50ms",
          "history.superseded-kept", "30d",
          "feed.prune-interval", "50ms");

  @Test
  void forgetsReplacedReadingsAndRefusesToReadAsOfThen() throws Exception {
    try (var ingest = RunningIngest.start(database(), BUSY, Telemetry.disabled());
        Database rows = ingest.database.open(IngestServer.SCHEMA);
        WriterClient writer = ingest.writer("w")) {
      writer.send(1, Readings.column("s", 0, 1, 2, 3));
      writer.acknowledgedThrough(1);
      FeedToken before = head(ingest);
      writer.send(2, Readings.column("s", 0, 10, 2, 30));
      writer.acknowledgedThrough(2);
      FeedToken after = head(ingest);
      assertThat(asOf(ingest, before)).containsEntry(Readings.minute(0), 1.0);
      assertThat(superseded(rows)).isEqualTo(2);

      age(ingest, "30 days 1 hour");
      await(() -> floor(rows) == after.getPosition());
      assertThatThrownBy(() -> asOf(ingest, before))
          .hasMessageContaining("OUT_OF_RANGE")
          .hasMessageContaining("as_of")
          .hasMessageContaining("oldest is " + after.getPosition());
      assertThat(asOf(ingest, after)).containsEntry(Readings.minute(0), 10.0);
      assertThat(superseded(rows)).as("kept for reads that began before").isEqualTo(2);

      age(ingest, "1 day");
      await(() -> superseded(rows) == 0);
      await(() -> oldestBlock(rows) == after.getPosition());
      assertThat(asOf(ingest, after)).containsEntry(Readings.minute(0), 10.0);
      assertThatThrownBy(() ->
              ingest
                  .feed()
                  .lookupFeedPosition(
                      LookupFeedPositionRequest.newBuilder()
                          .setCommitTime(Timestamps.parseUnchecked("2026-02-01T00:00:00Z"))
                          .build()))
          .hasMessageContaining("OUT_OF_RANGE")
          .hasMessageContaining("no longer remembered");

      writer.send(3, Readings.column("s", 0, 100));
      writer.acknowledgedThrough(3);
      assertThat(asOf(ingest, after)).containsEntry(Readings.minute(0), 10.0);
      ingest.restart();
      assertThat(Readings.all(ingest.query(), "s").get("s"))
          .containsEntry(Readings.minute(0), 100.0);
    }
  }

  private static void age(RunningIngest ingest, String by) throws Exception {
    ingest.execute("UPDATE ingest.feed_block SET stored_at = stored_at - interval '" + by + "'");
  }

  private static long floor(Database rows) {
    return rows.dsl().fetchSingle("SELECT position FROM as_of_floor").get(0, Long.class);
  }

  private static long superseded(Database rows) {
    return rows.dsl().fetchSingle("SELECT count(*) FROM reading_superseded").get(0, Long.class);
  }

  private static long oldestBlock(Database rows) {
    return rows.dsl().fetchSingle("SELECT min(position) FROM feed_block").get(0, Long.class);
  }

  private static FeedToken head(RunningIngest ingest) {
    return ingest
        .feed()
        .getFeedStatus(dev.tidewatch.proto.ingest.v1.GetFeedStatusRequest.getDefaultInstance())
        .getHead();
  }

  private static Map<Long, Double> asOf(RunningIngest ingest, FeedToken position) {
    var request = QueryReadingsRequest.newBuilder();
    request.getSelectionBuilder().addNames("s");
    request.getAsOfBuilder().setFeedPosition(position);
    return Readings.all(ingest.query(), request.build()).getOrDefault("s", Map.of());
  }

  static void await(BooleanSupplier condition) throws InterruptedException {
    long giveUp = System.nanoTime() + 60_000_000_000L;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > giveUp) {
        throw new AssertionError("nothing happened for a minute");
      }
      Thread.sleep(20);
    }
  }
}
