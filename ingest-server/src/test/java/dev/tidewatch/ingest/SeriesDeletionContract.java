package dev.tidewatch.ingest;

import static dev.tidewatch.ingest.Readings.column;
import static dev.tidewatch.ingest.Readings.minute;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.proto.ingest.v1.DeleteSeriesRequest;
import dev.tidewatch.proto.ingest.v1.DeleteSeriesResponse;
import dev.tidewatch.proto.ingest.v1.GetLatestReadingsRequest;
import dev.tidewatch.proto.ingest.v1.GetSeriesRequest;
import dev.tidewatch.proto.ingest.v1.ListSeriesRequest;
import dev.tidewatch.proto.ingest.v1.RejectReason;
import dev.tidewatch.proto.ingest.v1.Series;
import dev.tidewatch.proto.ingest.v1.SeriesChange;
import dev.tidewatch.proto.ingest.v1.SeriesChangeKind;
import dev.tidewatch.proto.ingest.v1.SeriesSelection;
import dev.tidewatch.proto.ingest.v1.UpdateSeriesRequest;
import dev.tidewatch.proto.type.v1.FeedToken;
import io.grpc.Status;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** Deletion of series, on every database; a subclass only says which. */
abstract class SeriesDeletionContract extends Deletions {
  private static final List<String> ROLLUPS =
      List.of("reading_hour", "reading_day", "reading_sketch");

  @Test
  void aDeletedSeriesIsGoneAndItsNameIsFree() {
    try (var ingest = start(Map.of())) {
      store(ingest, column("gone", 0, 1, 2, 3), column("stays", 0, 9));
      Series old = get(ingest, "gone");
      Series updated =
          ingest
              .series()
              .updateSeries(
                  UpdateSeriesRequest.newBuilder()
                      .setSeries(Series.newBuilder().setName("gone").setUnit("Cel"))
                      .build())
              .getSeries();
      assertFails(
          () -> delete(ingest, DeleteSeriesRequest.newBuilder().setEtag(old.getEtag())),
          Status.Code.ABORTED,
          "ETAG_STALE");
      var request =
          DeleteSeriesRequest.newBuilder()
              .setEtag(updated.getEtag())
              .setRequestId(UUID.randomUUID().toString());
      FeedToken before = head(ingest);
      DeleteSeriesResponse deleted = delete(ingest, request);
      assertThat(deleted.getFeedPosition().getPosition()).isEqualTo(before.getPosition() + 1);
      assertThat(delete(ingest, request)).isEqualTo(deleted);
      assertFails(
          () -> delete(ingest, request.clone().setEtag("")),
          Status.Code.FAILED_PRECONDITION,
          "REQUEST_CONFLICT");
      assertFails(
          () -> delete(ingest, DeleteSeriesRequest.newBuilder()),
          Status.Code.NOT_FOUND,
          "SERIES_UNKNOWN");

      assertFails(() -> get(ingest, "gone"), Status.Code.NOT_FOUND, "SERIES_UNKNOWN");
      assertThat(Readings.all(ingest.query(), "").keySet()).containsExactly("stays");
      assertThat(Readings.all(ingest.query(), asOf(before)).keySet()).containsExactly("stays");
      assertThat(
              ingest
                  .query()
                  .getLatestReadings(
                      GetLatestReadingsRequest.newBuilder()
                          .setSelection(SeriesSelection.newBuilder().addNames("gone"))
                          .build())
                  .getUnknownSeriesList())
          .containsExactly("gone");
      assertThat(ingest.series().listSeries(ListSeriesRequest.getDefaultInstance()).getSeriesList())
          .extracting(Series::getName)
          .containsExactly("stays");

      store(ingest, column("gone", 1, 20));
      Series anew = get(ingest, "gone");
      assertThat(anew.getSeriesId()).isGreaterThan(old.getSeriesId());
      assertThat(anew.getUnit()).isEmpty();
      assertThat(latest(ingest, "gone")).isEqualTo(20.0);
      assertThat(Readings.all(ingest.query(), "gone"))
          .isEqualTo(Map.of("gone", Map.of(minute(1), 20.0)));
      assertThat(Readings.all(ingest.query(), asOf(before)).keySet()).containsExactly("stays");

      FeedClient feed = assertFeedTellsTheTable(ingest);
      List<SeriesChange> changes =
          feed.blocks().stream()
              .flatMap(block -> block.getSectionsList().stream())
              .flatMap(section -> section.getSeriesList().stream())
              .filter(change -> change.getSeries().getName().equals("gone"))
              .toList();
      assertThat(changes)
          .extracting(SeriesChange::getKind)
          .containsExactly(
              SeriesChangeKind.SERIES_CHANGE_KIND_CREATED,
              SeriesChangeKind.SERIES_CHANGE_KIND_UPDATED,
              SeriesChangeKind.SERIES_CHANGE_KIND_DELETED,
              SeriesChangeKind.SERIES_CHANGE_KIND_CREATED);
      assertThat(changes.get(2).getSeries()).isEqualTo(updated);
    }
  }

  @Test
  void aBatchInFlightToADeletedSeriesMeetsTheNewCatalogue() throws Exception {
    try (var ingest = start(Map.of())) {
      store(ingest, column("f", 0, 1));
      try (var creating = ingest.writer("creating");
          var strict = WriterClient.openStrict(ingest.channel(), "strict")) {
        creating.opened();
        strict.opened();
        // Both know the series from here on.
        creating.send(1, column("f", 1, 2));
        creating.acknowledgedThrough(1);
        strict.send(1, column("f", 2, 3));
        strict.acknowledgedThrough(1);
        long id = get(ingest, "f").getSeriesId();
        // A commit that holds up the head of the feed, so that batches and deletion meet behind it.
        try (var blocker =
            DriverManager.getConnection(
                ingest.database.config().url().orElseThrow(),
                ingest.database.config().user(),
                ingest.database.config().password().value())) {
          blocker.setAutoCommit(false);
          blocker.createStatement().execute("SELECT * FROM ingest.feed_head FOR UPDATE");
          try (var executor = Executors.newSingleThreadExecutor()) {
            var deletion =
                executor.submit(
                    () -> delete(ingest, DeleteSeriesRequest.newBuilder().setSeries("f")));
            awaitWaiting(blocker, 1);
            strict.send(2, column("f", 3, 4));
            awaitWaiting(blocker, 2);
            blocker.rollback();
            deletion.get();
          }
        }
        strict.acknowledgedThrough(2);
        assertThat(strict.rejected()).hasSize(1);
        assertThat(strict.rejected().getFirst().getReason())
            .isEqualTo(RejectReason.REJECT_REASON_SERIES_UNKNOWN);
        creating.send(2, column("f", 4, 5));
        creating.acknowledgedThrough(2);
        assertThat(creating.rejected()).isEmpty();
        assertThat(get(ingest, "f").getSeriesId()).isGreaterThan(id);
        assertThat(Readings.all(ingest.query(), "f"))
            .isEqualTo(Map.of("f", Map.of(minute(4), 5.0)));
      }
    }
  }

  @Test
  void theRowsOfADeletedSeriesArePurgedAndTheTombstoneStays() throws Exception {
    try (var ingest =
        start(
            Map.of(
                "deletion.purge-delay", "0s",
                "deletion.purge-interval", "50ms",
                "deletion.purge-rows", "7",
                "rollups.interval", "20ms",
                "rollups.quiet", "0s",
                "rollups.busy-share", "1"))) {
      double[] values = new SplittableRandom(3).doubles(50).toArray();
      store(ingest, column("p", 0, values), column("q", 0, values));
      store(ingest, column("p", 10, 1, 2, 3), column("q", 10, 1, 2, 3));
      awaitRollups(ingest);
      long id = get(ingest, "p").getSeriesId();
      long other = get(ingest, "q").getSeriesId();
      for (String table : ROLLUPS) {
        assertThat(count(ingest, rowsOf(table, id))).as(table).isPositive();
      }
      delete(ingest, DeleteSeriesRequest.newBuilder().setSeries("p"));
      awaitCount(ingest, "SELECT count(*) FROM ingest.series WHERE purge_after IS NOT NULL", 0);
      awaitRollups(ingest);
      for (String table : List.of("reading", "reading_superseded", "reading_minute")) {
        awaitCount(ingest, rowsOf(table, id), 0);
      }
      for (String table : ROLLUPS) {
        awaitCount(ingest, rowsOf(table, id), 0);
        assertThat(count(ingest, rowsOf(table, other))).as(table).isPositive();
      }
      awaitCount(
          ingest, "SELECT count(*) FROM ingest.series WHERE deleted AND series_id = " + id, 1);
      assertThat(Readings.all(ingest.query(), "q").get("q")).hasSize(50);
      awaitCount(ingest, "SELECT count(*) FROM ingest.reading_superseded", 3);
    }
  }

  private static String rowsOf(String table, long seriesId) {
    return "SELECT count(*) FROM ingest.%s WHERE series_id = %d".formatted(table, seriesId);
  }

  private static DeleteSeriesResponse delete(
      RunningIngest ingest, DeleteSeriesRequest.Builder request) {
    if (request.getSeries().isEmpty()) {
      request.setSeries("gone");
    }
    return ingest.series().deleteSeries(request.build());
  }

  private static Series get(RunningIngest ingest, String name) {
    return ingest
        .series()
        .getSeries(GetSeriesRequest.newBuilder().setSeries(name).build())
        .getSeries();
  }

  private static void awaitWaiting(java.sql.Connection connection, int sessions)
      throws SQLException, InterruptedException {
    awaitCount(
        connection,
        """
        SELECT count(*) FROM pg_stat_activity
        WHERE wait_event_type = 'Lock' AND datname = current_database()\
        """,
        sessions);
  }
}
