package dev.tidewatch.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.proto.ingest.v1.DeleteReadingsRequest;
import dev.tidewatch.proto.ingest.v1.GetFeedStatusRequest;
import dev.tidewatch.proto.ingest.v1.GetLatestReadingsRequest;
import dev.tidewatch.proto.ingest.v1.IngestReadingsRequest;
import dev.tidewatch.proto.ingest.v1.QueryReadingsRequest;
import dev.tidewatch.proto.ingest.v1.SeriesReadings;
import dev.tidewatch.proto.ingest.v1.SeriesSelection;
import dev.tidewatch.proto.ingest.v1.SubscribeRequest;
import dev.tidewatch.proto.type.v1.FeedToken;
import dev.tidewatch.serverkit.telemetry.Telemetry;
import dev.tidewatch.serverkit.testing.Refusal;
import dev.tidewatch.serverkit.testing.TestDatabase;
import io.grpc.Status;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What the tests of deletions ask of an ingest server, on a database of the subclass. */
abstract class Deletions {
  /** A fresh, migrated database. */
  abstract TestDatabase database();

  RunningIngest start(Map<String, String> settings) {
    return RunningIngest.start(database(), settings, Telemetry.disabled());
  }

  static void store(RunningIngest ingest, SeriesReadings... columns) {
    var response =
        ingest
            .ingest()
            .ingestReadings(
                IngestReadingsRequest.newBuilder().addAllColumns(List.of(columns)).build());
    assertThat(response.getRejectedList()).isEmpty();
  }

  static void awaitRollups(RunningIngest ingest) throws Exception {
    awaitCount(
        ingest,
        """
        SELECT (SELECT count(*) FROM ingest.rollup_pending) + (SELECT count(*) FROM ingest.rollup_head r, ingest.feed_head h
          WHERE r.position < h.position OR r.epoch <> h.epoch OR r.rebuilt_through IS NOT NULL)\
        """,
        0);
  }

  static long count(RunningIngest ingest, String sql) throws SQLException {
    try (var rows = ingest.database.open(IngestServer.SCHEMA)) {
      return rows.dsl().fetchSingle(sql).get(0, Long.class);
    }
  }

  static DeleteReadingsRequest.Builder request(String prefix) {
    return DeleteReadingsRequest.newBuilder()
        .setSelection(SeriesSelection.newBuilder().setPrefix(prefix));
  }

  static QueryReadingsRequest asOf(FeedToken token) {
    var request =
        QueryReadingsRequest.newBuilder().setSelection(SeriesSelection.getDefaultInstance());
    request.getAsOfBuilder().setFeedPosition(token);
    return request.build();
  }

  static double latest(RunningIngest ingest, String series) {
    return ingest
        .query()
        .getLatestReadings(
            GetLatestReadingsRequest.newBuilder()
                .setSelection(SeriesSelection.newBuilder().addNames(series))
                .build())
        .getReadings(0)
        .getValue();
  }

  static FeedToken head(RunningIngest ingest) {
    return ingest.feed().getFeedStatus(GetFeedStatusRequest.getDefaultInstance()).getHead();
  }

  /** Follows the whole feed and compares what it makes with what a query says. */
  static FeedClient assertFeedTellsTheTable(RunningIngest ingest) {
    try (var feed = FeedClient.subscribe(ingest.channel(), SubscribeRequest.getDefaultInstance())) {
      feed.followThrough(head(ingest).getPosition());
      assertThat(new TreeMap<>(feed.table())).isEqualTo(Readings.all(ingest.query(), ""));
      return feed;
    }
  }

  static void awaitCount(RunningIngest ingest, String sql, long count)
      throws SQLException, InterruptedException {
    try (var connection =
        DriverManager.getConnection(
            ingest.database.config().url().orElseThrow(),
            ingest.database.config().user(),
            ingest.database.config().password().value())) {
      awaitCount(connection, sql, count);
    }
  }

  static void awaitCount(java.sql.Connection connection, String sql, long count)
      throws SQLException, InterruptedException {
    long giveUp = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (true) {
      try (var statement = connection.createStatement();
          var row = statement.executeQuery(sql)) {
        row.next();
        if (row.getLong(1) == count) {
          return;
        }
        if (System.nanoTime() > giveUp) {
          throw new AssertionError(sql + " answers " + row.getLong(1) + ", not " + count);
        }
      }
      Thread.sleep(20);
    }
  }

  static void assertFails(ThrowingCallable call, Status.Code code, String reason) {
    Refusal.of(call).is(code, reason);
  }
}
