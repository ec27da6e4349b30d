package dev.tidewatch.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.Duration;
import com.google.protobuf.util.Timestamps;
import dev.tidewatch.proto.ingest.v1.AggregateReadingsRequest;
import dev.tidewatch.proto.ingest.v1.AggregateReadingsResponse;
import dev.tidewatch.proto.ingest.v1.AsOf;
import dev.tidewatch.proto.ingest.v1.BucketColumn;
import dev.tidewatch.proto.ingest.v1.BucketFunction;
import dev.tidewatch.proto.ingest.v1.IngestReadingsRequest;
import dev.tidewatch.proto.ingest.v1.SeriesBuckets;
import dev.tidewatch.proto.ingest.v1.SeriesReadings;
import dev.tidewatch.proto.ingest.v1.SeriesSelection;
import dev.tidewatch.proto.ingest.v1.TimeRange;
import dev.tidewatch.proto.type.v1.FeedToken;
import dev.tidewatch.proto.type.v1.Fill;
import dev.tidewatch.serverkit.telemetry.Telemetry;
import dev.tidewatch.serverkit.testing.TestDatabase;
import dev.tidewatch.timeseries.Times;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Aggregates and the rollups behind them. */
abstract class RollupContract {
  private static final long START = Times.floorToMicros(TestClock.START);
  private static final long DAY = Times.MICROS_PER_DAY;
  private static final long PATIENCE_NANOS = 60_000_000_000L;
  private static final List<BucketFunction> ALL =
      List.of(
          BucketFunction.BUCKET_FUNCTION_COUNT,
          BucketFunction.BUCKET_FUNCTION_SUM,
          BucketFunction.BUCKET_FUNCTION_MEAN,
          BucketFunction.BUCKET_FUNCTION_STDDEV,
          BucketFunction.BUCKET_FUNCTION_MIN,
          BucketFunction.BUCKET_FUNCTION_MAX,
          BucketFunction.BUCKET_FUNCTION_FIRST,
          BucketFunction.BUCKET_FUNCTION_LAST,
          BucketFunction.BUCKET_FUNCTION_PERCENTILE);

  private RunningIngest ingest;

  abstract TestDatabase database();

  @BeforeEach
  void launch() {
    ingest =
        RunningIngest.start(
            database(),
            Map.of("rollups.interval", "20ms", "rollups.quiet", "0s", "rollups.busy-share", "1"),
            Telemetry.disabled());
  }

  @AfterEach
  void close() {
    ingest.close();
  }

  @Test
  void equalsTheSumOfItsReadingsWhileReadingsCome() throws Exception {
    long seed = Long.getLong("tidewatch.seed", 20_260_301L);
    var random = new Random(seed);
    write(random, 400);
    var ended = new AtomicBoolean();
    var failure = new ArrayList<Throwable>();
    Thread writer =
        Thread.ofPlatform()
            .start(() -> {
              var own = new Random(seed + 1);
              try {
                while (!ended.get()) {
                  write(own, 1 + own.nextInt(40));
                }
              } catch (Throwable e) {
                failure.add(e);
              }
            });
    try {
      for (int i = 0; i < 150; i++) {
        compare(random, "seed " + seed + ", round " + i);
      }
    } finally {
      ended.set(true);
      writer.join();
    }
    assertThat(failure).isEmpty();
    awaitRollups();
    for (int i = 0; i < 30; i++) {
      compare(random, "seed " + seed + ", at rest, round " + i);
    }
  }

  @Test
  void comesFromTheRollups() throws Exception {
    fill("served/a", START - 10 * DAY, 10 * 1_440, Times.MICROS_PER_MINUTE);
    awaitRollups();
    var request =
        request("served/a", START - 10 * DAY, START, 86_400)
            .addFunctions(BucketFunction.BUCKET_FUNCTION_COUNT)
            .build();
    assertThat(values(ingest, request).get(START - 3 * DAY)).containsExactly(1_440.0);
    // Behind the server's back: only who reads the days sees it.
    ingest.execute(
        """
        DO $$
        DECLARE stored text := 'ingest.reading_day';
        BEGIN
          IF (SELECT kind FROM ingest.layout) = 'timescale' THEN
            SELECT format('%I.%I', materialization_hypertable_schema, materialization_hypertable_name) INTO stored
            FROM timescaledb_information.continuous_aggregates WHERE view_name = 'reading_day' AND view_schema = 'ingest';
          END IF;
          EXECUTE 'UPDATE ' || stored || ' SET reading_count = reading_count + 7';
        END
        $$\
        """);
    Map<Long, List<Double>> days = values(ingest, request);
    assertThat(days)
        .hasSize(10)
        .allSatisfy((start, row) -> assertThat(row).containsExactly(1_447.0));
    // A reading that comes late is in at once, and its day is put right.
    fill("served/a", START - 3 * DAY + 1, 1, 1);
    assertThat(values(ingest, request).get(START - 3 * DAY)).containsExactly(1_441.0);
    awaitRollups();
    assertThat(values(ingest, request).get(START - 3 * DAY)).containsExactly(1_441.0);
    assertThat(values(ingest, request).get(START - 4 * DAY)).containsExactly(1_447.0);
  }

  @Test
  void isMadeAnewWhenTheFeedDoesNotReachBack() throws Exception {
    fill("rebuilt/a", START - 2 * DAY, 2_000, Times.MICROS_PER_MINUTE);
    awaitRollups();
    ingest.execute("DELETE FROM ingest.reading_sketch");
    ingest.execute("UPDATE ingest.rollup_head SET epoch = epoch - 1, position = 0");
    var request =
        request("rebuilt/a", START - 2 * DAY, START, 86_400)
            .addFunctions(BucketFunction.BUCKET_FUNCTION_COUNT)
            .addFunctions(BucketFunction.BUCKET_FUNCTION_SUM)
            .addFunctions(BucketFunction.BUCKET_FUNCTION_LAST)
            .addFunctions(BucketFunction.BUCKET_FUNCTION_PERCENTILE)
            .addPercentiles(50);
    var exact = values(ingest, request.build());
    awaitRollups();
    assertThat(count("SELECT count(*) FROM ingest.reading_sketch")).isEqualTo(34);
    assertThat(values(ingest, request.build())).isEqualTo(exact);
  }

  @Test
  void standsValuesThatOverflow() throws Exception {
    var column = SeriesReadings.newBuilder().setSeries("wild/a");
    double[] wild = {1e300, -1e300, 1.5e308, 1, 2};
    for (int i = 0; i < wild.length; i++) {
      column.addTimesMicros(START - DAY + i * Times.MICROS_PER_SECOND).addValues(wild[i]);
    }
    send(column);
    fill("wild/a", START - DAY + Times.MICROS_PER_HOUR, 10, Times.MICROS_PER_MINUTE);
    awaitRollups();
    var row =
        values(
                ingest,
                request("wild/a", START - DAY, START, 86_400)
                    .addFunctions(BucketFunction.BUCKET_FUNCTION_COUNT)
                    .addFunctions(BucketFunction.BUCKET_FUNCTION_SUM)
                    .addFunctions(BucketFunction.BUCKET_FUNCTION_MAX)
                    .build())
            .get(START - DAY);
    assertThat(row).containsExactly(15.0, 1.5e308, 1.5e308);
  }

  @Test
  void followsLocalDaysAndFillsGaps() throws Exception {
    ingest.clock.advance(java.time.Duration.ofDays(60));
    // Clocks change on 2026-03-29 in Berlin: that day has 23 hours.
    long from = Times.floorToMicros(Instant.parse("2026-03-27T23:00:00Z"));
    fill("berlin/a", from, 24 + 23, Times.MICROS_PER_HOUR);
    fill("berlin/a", from + (24 + 23 + 48) * Times.MICROS_PER_HOUR, 24, Times.MICROS_PER_HOUR);
    awaitRollups();
    var request =
        request("berlin/a", from - DAY, from + 8 * DAY, 86_400)
            .setTimeZone("Europe/Berlin")
            .addFunctions(BucketFunction.BUCKET_FUNCTION_COUNT)
            .addFunctions(BucketFunction.BUCKET_FUNCTION_MEAN);
    var days = values(ingest, request.build());
    assertThat(days.values().stream().map(row -> row.getFirst())).containsExactly(24.0, 23.0, 24.0);
    long change = from + DAY;
    assertThat(days.keySet())
        .containsExactly(from, change, change + (23 + 48) * Times.MICROS_PER_HOUR);

    double first = row(days, from).get(1);
    double second = row(days, change).get(1);
    double last = row(days, change + 71 * Times.MICROS_PER_HOUR).get(1);
    assertThat(means(request.setFill(Fill.FILL_NONE)))
        .containsExactly(
            Double.NaN,
            first,
            second,
            Double.NaN,
            Double.NaN,
            last,
            Double.NaN,
            Double.NaN,
            Double.NaN,
            Double.NaN);
    assertThat(means(request.setFill(Fill.FILL_PREVIOUS)))
        .containsExactly(Double.NaN, first, second, second, second, last, last, last, last, last);
    assertThat(means(request.setFill(Fill.FILL_LINEAR)).subList(2, 6))
        .usingElementComparator((a, b) -> Math.abs(a - b) < 1e-9 ? 0 : 1)
        .containsExactly(
            second, second + (last - second) * 23 / 71, second + (last - second) * 47 / 71, last);
  }

  @Test
  void refusesWhatItCannotAnswer() {
    send(SeriesReadings.newBuilder().setSeries("refused/a").addTimesMicros(START - 1).addValues(1));
    var good =
        request("refused/a", START - DAY, START, 3_600)
            .addFunctions(BucketFunction.BUCKET_FUNCTION_MEAN);
    refused(good.clone().setTimeZone("Mars/Olympus"), Status.Code.INVALID_ARGUMENT, "time_zone");
    refused(
        good.clone().setRange(TimeRange.newBuilder().setStartTime(Timestamps.fromMicros(START))),
        Status.Code.INVALID_ARGUMENT,
        "range.end_time");
    refused(good.clone().addPercentiles(50), Status.Code.INVALID_ARGUMENT, "percentiles");
    refused(
        good.clone().addFunctions(BucketFunction.BUCKET_FUNCTION_PERCENTILE),
        Status.Code.INVALID_ARGUMENT,
        "percentiles");
    refused(
        good.clone().setBucket(Duration.newBuilder().setSeconds(1).setNanos(5)),
        Status.Code.INVALID_ARGUMENT,
        "bucket");
    refused(
        request("refused/a", START - 20 * DAY, START, 1)
            .addFunctions(BucketFunction.BUCKET_FUNCTION_MEAN),
        Status.Code.INVALID_ARGUMENT,
        "bucket");
    refused(
        request("refused/none", START - DAY, START, 60)
            .addFunctions(BucketFunction.BUCKET_FUNCTION_MEAN),
        Status.Code.NOT_FOUND,
        "refused/none");
  }

  private void refused(
      AggregateReadingsRequest.Builder request, Status.Code code, String mentioned) {
    assertThatThrownBy(() -> values(ingest, request.build()))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> {
              assertThat(e.getStatus().getCode()).isEqualTo(code);
              assertThat(e.getStatus().getDescription()).contains(mentioned);
            });
  }

  /** Readings of a few series over three days: new, late and replaced ones, some close together. */
  private void write(Random random, int readings) {
    var column = SeriesReadings.newBuilder().setSeries("random/" + random.nextInt(3));
    long begin = START - 3 * DAY + random.nextLong(3 * DAY / 1_000_000) * 1_000_000;
    boolean burst = random.nextInt(3) == 0;
    for (int i = 0; i < readings; i++) {
      long time =
          burst
              ? Math.min(begin + i * 1_000_000L, START - 1)
              : START - 3 * DAY + random.nextLong(3 * DAY / 600_000_000) * 600_000_000;
      column.addTimesMicros(time).addValues(1_000 + random.nextGaussian() * 10);
    }
    send(column);
  }

  private void compare(Random random, String round) {
    long[] widths = {1, 7, 60, 300, 3_600, 7_200, 86_400, 2 * 86_400};
    long width = widths[random.nextInt(widths.length)];
    long from = START - 3 * DAY + random.nextLong(DAY);
    long to = START - random.nextLong(DAY);
    if (random.nextBoolean()) {
      from = Math.floorDiv(from, Times.MICROS_PER_HOUR) * Times.MICROS_PER_HOUR;
      to = Math.floorDiv(to, Times.MICROS_PER_HOUR) * Times.MICROS_PER_HOUR;
    }
    var request =
        request("", from, to, width)
            .setSelection(SeriesSelection.newBuilder().setPrefix("random/"))
            .addAllFunctions(random.nextInt(4) == 0 ? ALL : ALL.subList(0, 8))
            .setTimeZone(random.nextInt(3) == 0 ? "Asia/Kolkata" : "");
    if (request.getFunctionsCount() == ALL.size()) {
      request.addPercentiles(5).addPercentiles(50).addPercentiles(100);
    }
    Answer now = answer(ingest, request.build());
    Answer exact =
        answer(ingest, request.setAsOf(AsOf.newBuilder().setFeedPosition(now.position)).build());
    assertThat(now.rows.keySet()).as(round).isEqualTo(exact.rows.keySet());
    now.rows.forEach((series, rows) -> {
      Map<Long, List<Double>> expected = Objects.requireNonNull(exact.rows.get(series));
      assertThat(rows.keySet()).as(round).isEqualTo(expected.keySet());
      rows.forEach((start, row) -> {
        for (int i = 0; i < row.size(); i++) {
          double wanted = row(expected, start).get(i);
          if (Double.isNaN(wanted)) {
            assertThat(row.get(i)).as(round).isNaN();
          } else {
            assertThat(row.get(i))
                .as("%s, width %d, %s at %d, column %d", round, width, series, start, i)
                .isCloseTo(wanted, within(Math.abs(wanted) * 1e-9 + 1e-9));
          }
        }
      });
    });
  }

  private void fill(String series, long from, int readings, long step) {
    for (int at = 0; at < readings; at += 5_000) {
      var column = SeriesReadings.newBuilder().setSeries(series);
      LongStream.range(at, Math.min(readings, at + 5_000))
          .forEach(i -> column.addTimesMicros(from + i * step).addValues((double) (i % 97)));
      send(column);
    }
  }

  private void send(SeriesReadings.Builder column) {
    var _ =
        ingest
            .ingest()
            .ingestReadings(
                IngestReadingsRequest.newBuilder()
                    .setRequestId(UUID.randomUUID().toString())
                    .addColumns(column)
                    .build());
  }

  private static AggregateReadingsRequest.Builder request(
      String series, long from, long to, long widthSeconds) {
    return AggregateReadingsRequest.newBuilder()
        .setSelection(SeriesSelection.newBuilder().addNames(series))
        .setRange(
            TimeRange.newBuilder()
                .setStartTime(Timestamps.fromMicros(from))
                .setEndTime(Timestamps.fromMicros(to)))
        .setBucket(Duration.newBuilder().setSeconds(widthSeconds));
  }

  private List<Double> means(AggregateReadingsRequest.Builder request) {
    return values(ingest, request.build()).values().stream().map(row -> row.get(1)).toList();
  }

  private static List<Double> row(Map<Long, List<Double>> rows, long start) {
    return Objects.requireNonNull(rows.get(start));
  }

  /** By series, then by start: one number a column. */
  private record Answer(FeedToken position, Map<String, Map<Long, List<Double>>> rows) {}

  private static Map<Long, List<Double>> values(
      RunningIngest ingest, AggregateReadingsRequest request) {
    Map<String, Map<Long, List<Double>>> rows = answer(ingest, request).rows;
    assertThat(rows).hasSize(1);
    return rows.values().iterator().next();
  }

  private static Answer answer(RunningIngest ingest, AggregateReadingsRequest request) {
    FeedToken position = FeedToken.getDefaultInstance();
    var rows = new TreeMap<String, Map<Long, List<Double>>>();
    Iterator<AggregateReadingsResponse> answers = ingest.query().aggregateReadings(request);
    while (answers.hasNext()) {
      AggregateReadingsResponse answer = answers.next();
      position = answer.getFeedPosition();
      for (SeriesBuckets buckets : answer.getSeriesList()) {
        var ofSeries = rows.computeIfAbsent(buckets.getSeries(), name -> new TreeMap<>());
        for (int i = 0; i < buckets.getStartMicrosCount(); i++) {
          int bucket = i;
          List<Double> row =
              buckets.getColumnsList().stream()
                  .map((BucketColumn column) -> column.getValues(bucket))
                  .toList();
          assertThat(ofSeries.put(buckets.getStartMicros(i), row)).isNull();
        }
      }
    }
    return new Answer(position, rows);
  }

  private void awaitRollups() throws Exception {
    long giveUp = System.nanoTime() + PATIENCE_NANOS;
    while (count(
            """
            SELECT (SELECT count(*) FROM ingest.rollup_pending) + (SELECT count(*) FROM ingest.rollup_head r, ingest.feed_head h
              WHERE r.position < h.position OR r.epoch <> h.epoch OR r.rebuilt_through IS NOT NULL)\
            """)
        > 0) {
      assertThat(System.nanoTime()).as("the rollups catch up").isLessThan(giveUp);
      Thread.sleep(20);
    }
  }

  private long count(String select) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(
                ingest.database.config().url().orElseThrow(),
                ingest.database.config().user(),
                ingest.database.config().password().value());
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(select)) {
      row.next();
      return row.getLong(1);
    }
  }
}
