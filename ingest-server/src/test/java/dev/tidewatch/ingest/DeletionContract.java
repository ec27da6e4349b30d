package dev.tidewatch.ingest;

import static dev.tidewatch.ingest.Readings.column;
import static dev.tidewatch.ingest.Readings.minute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Timestamp;
import dev.tidewatch.proto.ingest.v1.AggregateReadingsRequest;
import dev.tidewatch.proto.ingest.v1.BucketFunction;
import dev.tidewatch.proto.ingest.v1.CreateSeriesRequest;
import dev.tidewatch.proto.ingest.v1.DeleteReadingsRequest;
import dev.tidewatch.proto.ingest.v1.DeleteReadingsResponse;
import dev.tidewatch.proto.ingest.v1.DeleteSeriesRequest;
import dev.tidewatch.proto.ingest.v1.DeleteSeriesResponse;
import dev.tidewatch.proto.ingest.v1.GetFeedStatusRequest;
import dev.tidewatch.proto.ingest.v1.GetLatestReadingsRequest;
import dev.tidewatch.proto.ingest.v1.GetSeriesRequest;
import dev.tidewatch.proto.ingest.v1.IngestReadingsRequest;
import dev.tidewatch.proto.ingest.v1.ListSeriesRequest;
import dev.tidewatch.proto.ingest.v1.QueryReadingsRequest;
import dev.tidewatch.proto.ingest.v1.RejectReason;
import dev.tidewatch.proto.ingest.v1.Series;
import dev.tidewatch.proto.ingest.v1.SeriesChange;
import dev.tidewatch.proto.ingest.v1.SeriesChangeKind;
import dev.tidewatch.proto.ingest.v1.SeriesReadings;
import dev.tidewatch.proto.ingest.v1.SeriesSelection;
import dev.tidewatch.proto.ingest.v1.SubscribeRequest;
import dev.tidewatch.proto.ingest.v1.TimeRange;
import dev.tidewatch.proto.ingest.v1.UpdateSeriesRequest;
import dev.tidewatch.proto.type.v1.FeedToken;
import dev.tidewatch.serverkit.grpc.StatusDetails;
import dev.tidewatch.serverkit.telemetry.Telemetry;
import dev.tidewatch.serverkit.testing.TestDatabase;
import dev.tidewatch.timeseries.Times;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is deleted is gone for readers and told to the feed, once; and it may come again. */
abstract class DeletionContract {
  private static final List<String> ROLLUPS =
      List.of("reading_hour", "reading_day", "reading_sketch");

  /** A fresh, migrated database. */
  abstract TestDatabase database();

  private RunningIngest start(Map<String, String> settings) {
    return RunningIngest.start(database(), settings, Telemetry.disabled());
  }

  @Test
  void deletedReadingsAreGoneExceptAsOfBeforeAndMayBeSentAgain() {
    try (var ingest = start(Map.of())) {
      store(ingest, column("a/x", 0, 1, 2, 3, 4, 5), column("a/y", 0, 10, 20), column("b", 0, 7));
      FeedToken before = head(ingest);

      var request = request("a/").setRange(range(1, 3));
      DeleteReadingsResponse dry =
          ingest.ingest().deleteReadings(request.clone().setDryRun(true).build());
      assertThat(dry.getReadingsDeleted()).isEqualTo(3);
      assertThat(dry.getSeriesTouched()).isEqualTo(2);
      assertThat(head(ingest)).isEqualTo(before);

      DeleteReadingsResponse deleted = ingest.ingest().deleteReadings(request.build());
      assertThat(deleted.getReadingsDeleted()).isEqualTo(3);
      assertThat(deleted.getSeriesTouched()).isEqualTo(2);
      assertThat(deleted.getFeedPosition().getPosition()).isEqualTo(before.getPosition() + 1);

      assertThat(Readings.all(ingest.query(), ""))
          .isEqualTo(
              Map.of(
                  "a/x", Map.of(minute(0), 1.0, minute(3), 4.0, minute(4), 5.0),
                  "a/y", Map.of(minute(0), 10.0),
                  "b", Map.of(minute(0), 7.0)));
      assertThat(Readings.all(ingest.query(), asOf(before)).get("a/x")).hasSize(5);
      assertThat(Readings.all(ingest.query(), asOf(deleted.getFeedPosition())).get("a/x"))
          .hasSize(3);

      // The newest reading goes too; the intake must not stumble over what it remembers.
      var tail = ingest.ingest().deleteReadings(request("a/x").setRange(from(4)).build());
      assertThat(tail.getReadingsDeleted()).isEqualTo(1);
      assertThat(latest(ingest, "a/x")).isEqualTo(4.0);
      store(ingest, column("a/x", 1, 2.5, 3.5), column("a/x", 4, 5.5));
      assertThat(Readings.all(ingest.query(), "a/x").get("a/x"))
          .isEqualTo(
              Map.of(
                  minute(0), 1.0, minute(1), 2.5, minute(2), 3.5, minute(3), 4.0, minute(4), 5.5));
      assertThat(Readings.all(ingest.query(), asOf(before)).get("a/x"))
          .isEqualTo(
              Map.of(
                  minute(0), 1.0, minute(1), 2.0, minute(2), 3.0, minute(3), 4.0, minute(4), 5.0));
      assertFeedTellsTheTable(ingest);
    }
  }

  @Test
  void aDeletionIsDoneOnceForItsRequestId() {
    try (var ingest = start(Map.of())) {
      store(ingest, column("a", 0, 1, 2, 3));
      var request = request("a").setRequestId(UUID.randomUUID().toString());
      DeleteReadingsResponse first = ingest.ingest().deleteReadings(request.build());
      store(ingest, column("a", 0, 1, 2, 3));
      assertThat(ingest.ingest().deleteReadings(request.build())).isEqualTo(first);
      assertThat(Readings.all(ingest.query(), "a").get("a")).hasSize(3);
      assertFails(
          () -> ingest.ingest().deleteReadings(request.clone().setRange(from(0)).build()),
          Status.Code.FAILED_PRECONDITION,
          "REQUEST_CONFLICT");
      // Nothing to delete is an answer too.
      var nothing = request("a").setRange(from(500)).setRequestId(UUID.randomUUID().toString());
      FeedToken head = head(ingest);
      DeleteReadingsResponse none = ingest.ingest().deleteReadings(nothing.build());
      assertThat(none.getReadingsDeleted()).isZero();
      assertThat(none.getFeedPosition()).isEqualTo(head);
      store(ingest, column("a", 600, 1));
      assertThat(ingest.ingest().deleteReadings(nothing.build())).isEqualTo(none);
    }
  }

  @Test
  void saysWhichSeriesAndEverythingOnlyWhenToldTo() {
    try (var ingest = start(Map.of())) {
      ingest
          .series()
          .createSeries(
              CreateSeriesRequest.newBuilder()
                  .setSeries(Series.newBuilder().setName("l/1").putLabels("floor", "3"))
                  .build());
      store(ingest, column("l/1", 0, 1), column("l/2", 0, 2), column("m", 0, 3));
      assertFails(
          () -> ingest.ingest().deleteReadings(DeleteReadingsRequest.getDefaultInstance()),
          Status.Code.INVALID_ARGUMENT,
          "FIELD_INVALID");
      assertFails(
          () -> ingest.ingest().deleteReadings(request("l/").setAllSeries(true).build()),
          Status.Code.INVALID_ARGUMENT,
          "FIELD_INVALID");
      assertFails(
          () ->
              ingest
                  .ingest()
                  .deleteReadings(
                      DeleteReadingsRequest.newBuilder()
                          .setSelection(SeriesSelection.newBuilder().addNames("m").addNames("no"))
                          .build()),
          Status.Code.NOT_FOUND,
          "SERIES_UNKNOWN");
      assertFails(
          () -> ingest.ingest().deleteReadings(request("l/").setRequestId("x").build()),
          Status.Code.INVALID_ARGUMENT,
          "FIELD_INVALID");
      assertFails(
          () -> ingest.ingest().deleteReadings(request("l/").setRange(range(3, 1)).build()),
          Status.Code.INVALID_ARGUMENT,
          "FIELD_INVALID");
      var labelled =
          DeleteReadingsRequest.newBuilder()
              .setSelection(SeriesSelection.newBuilder().setLabelSelector("floor=3"));
      assertThat(ingest.ingest().deleteReadings(labelled.build()).getReadingsDeleted())
          .isEqualTo(1);
      assertThat(Readings.all(ingest.query(), "").keySet()).containsExactly("l/2", "m");
      var all = DeleteReadingsRequest.newBuilder().setAllSeries(true).build();
      assertThat(ingest.ingest().deleteReadings(all).getSeriesTouched()).isEqualTo(2);
      assertThat(Readings.all(ingest.query(), "")).isEmpty();
      assertFeedTellsTheTable(ingest);
    }
  }

  @Test
  void concurrentCommitsOfTheSameKeysStayRight() throws Exception {
    long seed = Long.getLong("tidewatch.seed", 20_260_302L);
    System.out.println("DeletionContract seed " + seed);
    try (var ingest = start(Map.of());
        var executor = Executors.newFixedThreadPool(4)) {
      var running = new ArrayList<Future<?>>();
      var writing = new AtomicBoolean(true);
      for (int w = 0; w < 3; w++) {
        String name = "w" + w;
        var random = new SplittableRandom(seed + w);
        running.add(
            executor.submit(() -> {
              try (var writer = ingest.writer(name)) {
                writer.opened();
                for (int i = 1; i <= 60; i++) {
                  var batch = new ArrayList<SeriesReadings>();
                  for (int c = 0; c < 3; c++) {
                    double[] values = random.doubles(20).toArray();
                    batch.add(column("s/" + random.nextInt(3), random.nextInt(100), values));
                  }
                  writer.send(i, batch.toArray(SeriesReadings[]::new));
                  writer.acknowledgedThrough(i);
                }
              }
              return null;
            }));
      }
      var deletions =
          executor.submit(() -> {
            var random = new SplittableRandom(seed + 100);
            int count = 0;
            while (writing.get() || count < 5) {
              long start = random.nextInt(100);
              var request = request("s/").setRange(range(start, start + random.nextInt(40)));
              var _ = ingest.ingest().deleteReadings(request.build());
              count++;
            }
            return count;
          });
      for (Future<?> each : running) {
        each.get();
      }
      writing.set(false);
      assertThat(deletions.get()).isPositive();
      assertFeedTellsTheTable(ingest);
    }
  }

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

  @Test
  void aggregatesFollowDeletions() throws Exception {
    try (var ingest =
        start(
            Map.of(
                "rollups.interval", "20ms",
                "rollups.quiet", "0s",
                "rollups.busy-share", "1"))) {
      double[] values = new SplittableRandom(5).doubles(600).toArray();
      store(ingest, column("g/a", 0, values), column("g/b", 0, values));
      awaitRollups(ingest);
      FeedToken before = head(ingest);
      assertThat(counts(hours(ingest, null), "g/a")).containsOnly(60.0);
      // A piece of an hour, a whole one, and several; one series only in the last.
      var _ = ingest.ingest().deleteReadings(request("g/").setRange(range(10, 25)).build());
      var _ = ingest.ingest().deleteReadings(request("g/").setRange(range(120, 180)).build());
      var _ = ingest.ingest().deleteReadings(request("g/b").setRange(from(270)).build());
      // At once, while rollups still have what is gone ...
      assertHoursEqualReadings(ingest);
      awaitRollups(ingest);
      // ... and when they were put right.
      assertHoursEqualReadings(ingest);
      assertThat(counts(hours(ingest, before), "g/b")).hasSize(10).containsOnly(60.0);
      store(ingest, column("g/b", 130, 1, 2, 3));
      assertHoursEqualReadings(ingest);
      awaitRollups(ingest);
      assertHoursEqualReadings(ingest);
    }
  }

  static void store(RunningIngest ingest, SeriesReadings... columns) {
    var response =
        ingest
            .ingest()
            .ingestReadings(
                IngestReadingsRequest.newBuilder().addAllColumns(List.of(columns)).build());
    assertThat(response.getRejectedList()).isEmpty();
  }

  /** Counts readings by hours. */
  private static Map<String, Map<Long, Double>> hours(
      RunningIngest ingest, @Nullable FeedToken asOf) {
    var request =
        AggregateReadingsRequest.newBuilder()
            .setSelection(SeriesSelection.newBuilder().setPrefix("g/"))
            .setRange(range(0, 1_440))
            .setBucket(com.google.protobuf.Duration.newBuilder().setSeconds(3_600))
            .addFunctions(BucketFunction.BUCKET_FUNCTION_COUNT);
    if (asOf != null) {
      request.getAsOfBuilder().setFeedPosition(asOf);
    }
    var counts = new TreeMap<String, Map<Long, Double>>();
    ingest
        .query()
        .aggregateReadings(request.build())
        .forEachRemaining(answer ->
            answer
                .getSeriesList()
                .forEach(series -> {
                  var ofSeries =
                      counts.computeIfAbsent(series.getSeries(), name -> new TreeMap<>());
                  for (int i = 0; i < series.getStartMicrosCount(); i++) {
                    ofSeries.put(series.getStartMicros(i), series.getColumns(0).getValues(i));
                  }
                }));
    return counts;
  }

  /** What aggregates say is what comes of counting the readings. */
  private static void assertHoursEqualReadings(RunningIngest ingest) {
    var counted = new TreeMap<String, Map<Long, Double>>();
    Readings.all(ingest.query(), "")
        .forEach((series, readings) -> {
          var ofSeries = counted.computeIfAbsent(series, name -> new TreeMap<>());
          for (long time : readings.keySet()) {
            long hour = Math.floorDiv(time, Times.MICROS_PER_HOUR) * Times.MICROS_PER_HOUR;
            ofSeries.merge(hour, 1.0, Double::sum);
          }
        });
    assertThat(hours(ingest, null)).isEqualTo(counted);
  }

  private static Collection<Double> counts(Map<String, Map<Long, Double>> hours, String series) {
    return Objects.requireNonNull(hours.get(series)).values();
  }

  private static String rowsOf(String table, long seriesId) {
    return "SELECT count(*) FROM ingest.%s WHERE series_id = %d".formatted(table, seriesId);
  }

  private static void awaitRollups(RunningIngest ingest) throws Exception {
    awaitCount(
        ingest,
        """
        SELECT (SELECT count(*) FROM ingest.rollup_pending) + (SELECT count(*) FROM ingest.rollup_head r, ingest.feed_head h
          WHERE r.position < h.position OR r.epoch <> h.epoch OR r.rebuilt_through IS NOT NULL)\
        """,
        0);
  }

  private static long count(RunningIngest ingest, String sql) throws SQLException {
    try (var rows = ingest.database.open(IngestServer.SCHEMA)) {
      return rows.dsl().fetchSingle(sql).get(0, Long.class);
    }
  }

  static DeleteReadingsRequest.Builder request(String prefix) {
    return DeleteReadingsRequest.newBuilder()
        .setSelection(SeriesSelection.newBuilder().setPrefix(prefix));
  }

  private static TimeRange range(long fromMinute, long toMinute) {
    return from(fromMinute).toBuilder().setEndTime(timestamp(toMinute)).build();
  }

  private static TimeRange from(long minute) {
    return TimeRange.newBuilder().setStartTime(timestamp(minute)).build();
  }

  private static Timestamp timestamp(long minute) {
    Instant time = Times.toInstant(minute(minute));
    return Timestamp.newBuilder().setSeconds(time.getEpochSecond()).build();
  }

  private static QueryReadingsRequest asOf(FeedToken token) {
    var request =
        QueryReadingsRequest.newBuilder().setSelection(SeriesSelection.getDefaultInstance());
    request.getAsOfBuilder().setFeedPosition(token);
    return request.build();
  }

  private static double latest(RunningIngest ingest, String series) {
    return ingest
        .query()
        .getLatestReadings(
            GetLatestReadingsRequest.newBuilder()
                .setSelection(SeriesSelection.newBuilder().addNames(series))
                .build())
        .getReadings(0)
        .getValue();
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

  private static void awaitCount(RunningIngest ingest, String sql, long count)
      throws SQLException, InterruptedException {
    try (var connection =
        DriverManager.getConnection(
            ingest.database.config().url().orElseThrow(),
            ingest.database.config().user(),
            ingest.database.config().password().value())) {
      awaitCount(connection, sql, count);
    }
  }

  private static void awaitCount(java.sql.Connection connection, String sql, long count)
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

  private static void assertFails(ThrowingCallable call, Status.Code code, String reason) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            error -> {
              assertThat(error.getStatus().getCode()).isEqualTo(code);
              assertThat(StatusDetails.reason(error)).contains(reason);
            });
  }
}
