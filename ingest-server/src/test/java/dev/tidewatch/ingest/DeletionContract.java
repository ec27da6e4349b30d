package dev.tidewatch.ingest;

import static dev.tidewatch.ingest.Readings.column;
import static dev.tidewatch.ingest.Readings.minute;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import dev.tidewatch.proto.ingest.v1.AggregateReadingsRequest;
import dev.tidewatch.proto.ingest.v1.BucketFunction;
import dev.tidewatch.proto.ingest.v1.CreateSeriesRequest;
import dev.tidewatch.proto.ingest.v1.DeleteReadingsRequest;
import dev.tidewatch.proto.ingest.v1.DeleteReadingsResponse;
import dev.tidewatch.proto.ingest.v1.Series;
import dev.tidewatch.proto.ingest.v1.SeriesReadings;
import dev.tidewatch.proto.ingest.v1.SeriesSelection;
import dev.tidewatch.proto.ingest.v1.TimeRange;
import dev.tidewatch.proto.type.v1.FeedToken;
import dev.tidewatch.timeseries.Times;
import io.grpc.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Deletion of readings, on every database; a subclass only says which. */
abstract class DeletionContract extends Deletions {
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
}
