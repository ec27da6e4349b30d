package dev.tidewatch.ingest;

import static dev.tidewatch.ingest.Readings.column;
import static dev.tidewatch.ingest.Readings.minute;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.proto.ingest.v1.CreateSeriesRequest;
import dev.tidewatch.proto.ingest.v1.DeleteQuarantinedReadingsRequest;
import dev.tidewatch.proto.ingest.v1.IngestReadingsRequest;
import dev.tidewatch.proto.ingest.v1.IngestReadingsResponse;
import dev.tidewatch.proto.ingest.v1.ListQuarantinedReadingsRequest;
import dev.tidewatch.proto.ingest.v1.QuarantineFilter;
import dev.tidewatch.proto.ingest.v1.QuarantinedReading;
import dev.tidewatch.proto.ingest.v1.Reading;
import dev.tidewatch.proto.ingest.v1.ReadingCounts;
import dev.tidewatch.proto.ingest.v1.RejectReason;
import dev.tidewatch.proto.ingest.v1.ReplayQuarantinedReadingsRequest;
import dev.tidewatch.proto.ingest.v1.ReplayQuarantinedReadingsResponse;
import dev.tidewatch.proto.ingest.v1.Series;
import dev.tidewatch.proto.ingest.v1.SeriesKind;
import dev.tidewatch.proto.ingest.v1.SeriesReadings;
import dev.tidewatch.proto.ingest.v1.SubscribeRequest;
import dev.tidewatch.proto.ingest.v1.UnknownSeries;
import dev.tidewatch.proto.ingest.v1.UpdateSeriesRequest;
import dev.tidewatch.proto.ingest.v1.Validation;
import dev.tidewatch.serverkit.telemetry.Telemetry;
import dev.tidewatch.serverkit.testing.Refusal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Rejected readings: replayed once their cause is gone, deleted, pruned. */
abstract class QuarantineContract extends IngestContract {
  @Test
  void whatPassesTheRulesOfTodayIsStoredAndLeaves() {
    var series =
        Series.newBuilder()
            .setName("replaced/meter")
            .setKind(SeriesKind.SERIES_KIND_COUNTER)
            .setValidation(Validation.newBuilder().setValueMax(1_000));
    create(series);
    assertThat(send(column("replaced/meter", 0, 900, 400, 401, 5_000, 402)).getRejectedCount())
        .isEqualTo(4);

    // Nothing has changed yet.
    ReplayQuarantinedReadingsResponse still = replay(filter("replaced/"));
    assertThat(still.getCounts()).isEqualTo(ReadingCounts.newBuilder().setRejected(4).build());
    assertThat(list("replaced/")).hasSize(4);

    series.getValidationBuilder().setRestartBelow(500);
    ingest.series().updateSeries(UpdateSeriesRequest.newBuilder().setSeries(series).build());
    ReplayQuarantinedReadingsResponse replayed = replay(filter("replaced/"));
    assertThat(replayed.getCounts())
        .isEqualTo(ReadingCounts.newBuilder().setAccepted(3).setRejected(1).build());
    assertThat(replayed.getMore()).isFalse();
    List<QuarantinedReading> left = list("replaced/");
    assertThat(left).hasSize(1);
    assertThat(left.getFirst().getValue()).isEqualTo(5_000);
    assertThat(left.getFirst().getReason())
        .isEqualTo(RejectReason.REJECT_REASON_VALUE_OUT_OF_RANGE);
    assertThat(stored("replaced/meter"))
        .isEqualTo(Map.of(minute(0), 900.0, minute(1), 400.0, minute(2), 401.0, minute(4), 402.0));
    try (var feed = FeedClient.subscribe(ingest.channel(), SubscribeRequest.getDefaultInstance())) {
      feed.followThrough(replayed.getFeedPosition().getPosition());
      assertThat(feed.table().get("replaced/meter")).isEqualTo(stored("replaced/meter"));
    }
    // Once more, by an id that has left and one that stays.
    assertThat(
            replay(
                    ReplayQuarantinedReadingsRequest.newBuilder()
                        .addQuarantineIds(left.getFirst().getQuarantineId() - 1)
                        .addQuarantineIds(left.getFirst().getQuarantineId())
                        .build())
                .getCounts())
        .isEqualTo(ReadingCounts.newBuilder().setRejected(1).build());
  }

  @Test
  void aSeriesThatWasMissingIsNotCreatedByAReplay() {
    send(
        IngestReadingsRequest.newBuilder()
            .addColumns(column("later/x", 0, 1, 2))
            .setUnknownSeries(UnknownSeries.UNKNOWN_SERIES_REJECT)
            .build());
    assertThat(replay(filter("later/")).getCounts().getRejected()).isEqualTo(2);
    create(Series.newBuilder().setName("later/x"));
    assertThat(replay(filter("later/")).getCounts().getAccepted()).isEqualTo(2);
    assertThat(list("later/")).isEmpty();
    assertThat(replay(filter("later/")).getCounts()).isEqualTo(ReadingCounts.getDefaultInstance());
  }

  @Test
  void whatWasMalformedStaysMalformed() {
    create(Series.newBuilder().setName("malformed/x"));
    send(
        IngestReadingsRequest.newBuilder()
            .addRows(Reading.newBuilder().setSeries("malformed/x").setValue(1))
            .addRows(row("malformed/x", 1).clearValue())
            .addRows(row("malformed/x", 2).setValue(Double.NaN))
            .addRows(fine(row("malformed/x", 3).setValue(1)))
            .addRows(row("malformed//x", 4).setValue(1))
            .addRows(row("malformed/" + "y".repeat(300), 5).setValue(1))
            .build());
    assertThat(replay(filter("malformed/")).getCounts())
        .isEqualTo(ReadingCounts.newBuilder().setRejected(6).build());
    assertThat(list("malformed/")).hasSize(6);
    assertThat(stored("malformed/x")).isEmpty();
  }

  @Test
  void aReplayedReadingCountsAsSentNow() {
    var series =
        Series.newBuilder().setName("now/x").setValidation(Validation.newBuilder().setValueMax(10));
    create(series);
    send(column("now/x", 0, 11, 12, 13));
    send(column("now/x", 0, 1));
    series.getValidationBuilder().setValueMax(100);
    ingest.series().updateSeries(UpdateSeriesRequest.newBuilder().setSeries(series).build());
    send(column("now/x", 1, 12));
    assertThat(replay(filter("now/")).getCounts())
        .isEqualTo(
            ReadingCounts.newBuilder().setReplaced(1).setUnchanged(1).setAccepted(1).build());
    assertThat(list("now/")).isEmpty();
    assertThat(stored("now/x"))
        .isEqualTo(Map.of(minute(0), 11.0, minute(1), 12.0, minute(2), 13.0));
  }

  @Test
  void replaysSideBySideStoreOnce() throws Exception {
    var series =
        Series.newBuilder()
            .setName("twice/x")
            .setValidation(Validation.newBuilder().setValueMax(10));
    create(series);
    send(column("twice/x", 0, LongStream.range(11, 411).asDoubleStream().toArray()));
    ingest
        .series()
        .updateSeries(UpdateSeriesRequest.newBuilder().setSeries(series.clearValidation()).build());
    try (ExecutorService executor = Executors.newFixedThreadPool(4)) {
      Callable<ReadingCounts> one = () -> replay(filter("twice/")).getCounts();
      List<Future<ReadingCounts>> all = executor.invokeAll(List.of(one, one, one, one));
      long accepted = 0;
      for (Future<ReadingCounts> each : all) {
        accepted += each.get().getAccepted();
        assertThat(each.get().getReplaced() + each.get().getRejected()).isZero();
      }
      assertThat(accepted).isEqualTo(400);
    }
    assertThat(list("twice/")).isEmpty();
    assertThat(stored("twice/x")).hasSize(400);
  }

  @Test
  void aCommitThatFailsLeavesEverythingInQuarantine() throws Exception {
    var series =
        Series.newBuilder()
            .setName("refused/x")
            .setValidation(Validation.newBuilder().setValueMax(10));
    create(series);
    send(column("refused/x", 0, -666_777, 11));
    ingest
        .series()
        .updateSeries(UpdateSeriesRequest.newBuilder().setSeries(series.clearValidation()).build());
    // The deletion from quarantine is part of the commit: where it cannot be, nothing is.
    ingest.execute(
        """
        CREATE FUNCTION ingest.keep() RETURNS trigger LANGUAGE plpgsql
          AS $$ BEGIN RAISE EXCEPTION 'kept'; END $$;
        CREATE TRIGGER keep BEFORE DELETE ON ingest.quarantine FOR EACH ROW
          WHEN (OLD.series = 'refused/x') EXECUTE FUNCTION ingest.keep()\
        """);
    try {
      List<QuarantinedReading> before = list("refused/");
      assertThat(replay(filter("refused/")).getCounts())
          .isEqualTo(ReadingCounts.newBuilder().setRejected(1).build());
      assertThat(list("refused/")).isEqualTo(before).hasSize(1);
      assertThat(stored("refused/x")).hasSize(1);
    } finally {
      ingest.execute("DROP TRIGGER keep ON ingest.quarantine");
    }
    assertThat(replay(filter("refused/")).getCounts().getAccepted()).isEqualTo(1);
    assertThat(stored("refused/x")).containsEntry(minute(1), 11.0);
  }

  @Test
  void takesAtMostTenThousandAtOnceAndSaysThatThereIsMore() {
    create(
        Series.newBuilder()
            .setName("many/x")
            .setValidation(Validation.newBuilder().setValueMax(0)));
    double[] values = new double[10_000];
    java.util.Arrays.fill(values, 5);
    // Older than the clock, so that none is in the future.
    send(column("many/x", -20_000, values));
    send(column("many/x", -9_000, 5, 5));
    ReplayQuarantinedReadingsResponse first = replay(filter("many/"));
    assertThat(first.getMore()).isTrue();
    assertThat(first.getCounts().getRejected()).isEqualTo(10_000);
    assertThat(
            ingest
                .quarantine()
                .deleteQuarantinedReadings(
                    DeleteQuarantinedReadingsRequest.newBuilder()
                        .setFilter(QuarantineFilter.newBuilder().setSeriesPrefix("many/"))
                        .build())
                .getReadingsDeleted())
        .isEqualTo(10_002);
    assertThat(list("many/")).isEmpty();
  }

  @Test
  void deletesByIdAndSkipsWhatIsNotThere() {
    create(
        Series.newBuilder()
            .setName("deleted/x")
            .setValidation(Validation.newBuilder().setValueMax(0)));
    send(column("deleted/x", 0, 1, 2, 3));
    long id = list("deleted/").getFirst().getQuarantineId();
    var request =
        DeleteQuarantinedReadingsRequest.newBuilder()
            .addQuarantineIds(id)
            .addQuarantineIds(Long.MAX_VALUE)
            .build();
    assertThat(ingest.quarantine().deleteQuarantinedReadings(request).getReadingsDeleted())
        .isEqualTo(1);
    assertThat(ingest.quarantine().deleteQuarantinedReadings(request).getReadingsDeleted())
        .isZero();
    assertThat(list("deleted/")).hasSize(2);
  }

  @Test
  void refusesARequestThatSaysTooLittleOrTooMuch() {
    assertRefused(() -> replay(ReplayQuarantinedReadingsRequest.getDefaultInstance()));
    assertRefused(() -> replay(filter("x").toBuilder().addQuarantineIds(1).build()));
    assertRefused(() ->
        replay(
            ReplayQuarantinedReadingsRequest.newBuilder()
                .addAllQuarantineIds(LongStream.range(0, 10_001).boxed().toList())
                .build()));
    assertRefused(() ->
        ingest
            .quarantine()
            .deleteQuarantinedReadings(DeleteQuarantinedReadingsRequest.getDefaultInstance()));
    assertRefused(() ->
        ingest
            .quarantine()
            .deleteQuarantinedReadings(
                DeleteQuarantinedReadingsRequest.newBuilder()
                    .addQuarantineIds(1)
                    .setFilter(QuarantineFilter.getDefaultInstance())
                    .build()));
  }

  @Test
  void prunesWhatIsTooOldAndWhatIsTooMuch() throws Exception {
    try (var pruned =
        RunningIngest.start(
            database(),
            Map.of(
                "intake.quarantine-rows-max", "5",
                "intake.quarantine-kept", "1h",
                "feed.prune-interval", "100ms"),
            Telemetry.disabled())) {
      var rejected =
          IngestReadingsRequest.newBuilder()
              .addColumns(column("x/x", 0, 1, 2, 3, 4, 5, 6, 7, 8))
              .setUnknownSeries(UnknownSeries.UNKNOWN_SERIES_REJECT)
              .build();
      var _ = pruned.ingest().ingestReadings(rejected);
      awaitSize(pruned, 5);
      assertThat(listAll(pruned))
          .extracting(QuarantinedReading::getValue)
          .containsExactly(8.0, 7.0, 6.0, 5.0, 4.0);
      pruned.clock.advance(Duration.ofMinutes(61));
      awaitSize(pruned, 0);
    }
  }

  private static void awaitSize(RunningIngest server, int size) throws InterruptedException {
    long giveUp = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (listAll(server).size() != size) {
      assertThat(System.nanoTime()).as("quarantine never held %d", size).isLessThan(giveUp);
      Thread.sleep(20);
    }
  }

  private static List<QuarantinedReading> listAll(RunningIngest server) {
    return server
        .quarantine()
        .listQuarantinedReadings(ListQuarantinedReadingsRequest.getDefaultInstance())
        .getReadingsList();
  }

  private static void assertRefused(ThrowingCallable call) {
    Refusal.of(call).is("INVALID_ARGUMENT", "FIELD_INVALID");
  }

  private void create(Series.Builder series) {
    var _ =
        ingest.series().createSeries(CreateSeriesRequest.newBuilder().setSeries(series).build());
  }

  private IngestReadingsResponse send(SeriesReadings column) {
    return send(IngestReadingsRequest.newBuilder().addColumns(column).build());
  }

  private IngestReadingsResponse send(IngestReadingsRequest request) {
    return ingest.ingest().ingestReadings(request);
  }

  private static Reading.Builder row(String series, long minute) {
    var row = Reading.newBuilder().setSeries(series).setValue(0);
    row.getTimeBuilder().setSeconds(minute(minute) / 1_000_000);
    return row;
  }

  private static Reading fine(Reading.Builder row) {
    row.getTimeBuilder().setNanos(1);
    return row.build();
  }

  private static ReplayQuarantinedReadingsRequest filter(String prefix) {
    return ReplayQuarantinedReadingsRequest.newBuilder()
        .setFilter(QuarantineFilter.newBuilder().setSeriesPrefix(prefix))
        .build();
  }

  private ReplayQuarantinedReadingsResponse replay(ReplayQuarantinedReadingsRequest request) {
    return ingest.quarantine().replayQuarantinedReadings(request);
  }

  private List<QuarantinedReading> list(String prefix) {
    return ingest
        .quarantine()
        .listQuarantinedReadings(
            ListQuarantinedReadingsRequest.newBuilder()
                .setFilter(QuarantineFilter.newBuilder().setSeriesPrefix(prefix))
                .setPageSize(1_000)
                .build())
        .getReadingsList();
  }

  private Map<Long, Double> stored(String series) {
    return Readings.all(ingest.query(), series).getOrDefault(series, Map.of());
  }
}
