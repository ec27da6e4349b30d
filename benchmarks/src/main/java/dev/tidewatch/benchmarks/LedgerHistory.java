package dev.tidewatch.benchmarks;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import dev.tidewatch.monitor.storage.PostgresAccuracyRollups;
import dev.tidewatch.proto.monitor.v1.AccuracyDimension;
import dev.tidewatch.proto.monitor.v1.AccuracyServiceGrpc;
import dev.tidewatch.proto.monitor.v1.GetAccuracyRequest;
import dev.tidewatch.proto.monitor.v1.GetAccuracyTrendRequest;
import dev.tidewatch.proto.monitor.v1.GetLedgerStatusRequest;
import dev.tidewatch.proto.monitor.v1.LedgerServiceGrpc;
import dev.tidewatch.proto.monitor.v1.PredictionFilter;
import dev.tidewatch.proto.monitor.v1.TimeRange;
import dev.tidewatch.serverkit.config.ConfigLoader;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.serverkit.database.DatabaseConfig;
import dev.tidewatch.serverkit.telemetry.Telemetry;
import dev.tidewatch.standalone.figures.Figures;
import io.grpc.ManagedChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Questions about a ledger of ten million steps: 30 days of 600 series, forecast every hour over 24
 * hours. The rows are made by the database itself, then summed up by the monitor's own code, and
 * the same questions are asked before and after.
 */
final class LedgerHistory {
  private static final int SERIES = 600;
  private static final int DAYS = 30;
  private static final int HORIZON = 24;
  private static final int ASKED_BEFORE = 1;
  private static final int ASKED_AFTER = 7;
  private static final int DAYS_PER_TURN = 500;
  private static final int DAYS_TO_SAY = 5;

  private LedgerHistory() {}

  /** What is asked. */
  @FunctionalInterface
  private interface Question {
    void ask();
  }

  static void run(BenchOptions options, Figures figures, Report report) throws Exception {
    Path folder = Files.createTempDirectory("tidewatch-bench-");
    int series = options.small() ? 5 : SERIES;
    int days = options.small() ? 3 : DAYS;
    Instant end = InstantSource.system().instant().truncatedTo(ChronoUnit.HOURS);
    try (var database = BenchDatabase.open(folder.resolve("postgres"), InstantSource.system());
        var ingest =
            ServerProcess.start(
                ServerProcess.Kind.INGEST,
                database.url(),
                folder.resolve("ingest.log"),
                List.of());
        var monitor =
            LedgerBench.monitor(
                database,
                ingest,
                folder.resolve("monitor.log"),
                // Summed up here, at once; not there, little by little.
                List.of("--monitor.ledger.rollup-interval=1h"))) {
      System.err.printf("making %,d steps …%n", (long) series * days * 24 * HORIZON);
      load(database, series, days, end);
      List<ManagedChannel> channels = Clients.channels(monitor.port(), 1);
      try {
        Map<String, Question> questions = questions(channels.getFirst(), days, end);
        var before = new LinkedHashMap<String, Double>();
        questions.forEach((key, question) -> before.put(key, millis(question, ASKED_BEFORE)));
        long started = System.nanoTime();
        rollUp(database);
        double rollup = (System.nanoTime() - started) / 1e9;
        database.execute("ANALYZE");
        long steps = database.number("SELECT sum(steps_known) FROM monitor.accuracy_day");
        long left = database.number("SELECT count(*) FROM monitor.accuracy_day WHERE state <> 3");
        figures
            .put("history_steps", steps)
            .put("history_rolled_days_left", left)
            .put("history_rollup_seconds", rollup);
        report.row("steps summed up", LedgerBench.number(figures, "history_steps"), "", "");
        report.row("  in s", LedgerBench.number(figures, "history_rollup_seconds"), "", "");
        questions.forEach((key, question) -> {
          double after = millis(question, ASKED_AFTER);
          figures.put("history_" + key + "_ms", after);
          report.row(
              "  " + key.replace('_', ' ') + ", ms",
              String.format(Locale.ROOT, "%,.1f", after),
              "",
              String.format(Locale.ROOT, "once from steps alone %,.1f", before.get(key)));
        });
      } finally {
        Clients.close(channels);
      }
    } finally {
      TemporaryFolder.delete(folder);
    }
  }

  private static Map<String, Question> questions(ManagedChannel channel, int days, Instant end) {
    var accuracy = AccuracyServiceGrpc.newBlockingStub(channel);
    var ledger = LedgerServiceGrpc.newBlockingStub(channel);
    var range =
        TimeRange.newBuilder().setFrom(time(end.minus(days - 1, ChronoUnit.DAYS))).setTo(time(end));
    var week =
        TimeRange.newBuilder()
            .setFrom(time(end.minus(Math.min(7, days), ChronoUnit.DAYS)))
            .setTo(time(end));
    var one = PredictionFilter.newBuilder().setSeries("bench/history/1");
    var questions = new LinkedHashMap<String, Question>();
    questions.put(
        "all_of_30_days",
        () -> accuracy.getAccuracy(GetAccuracyRequest.newBuilder().setRange(range).build()));
    questions.put(
        "by_step_of_30_days",
        () ->
            accuracy.getAccuracy(
                GetAccuracyRequest.newBuilder()
                    .setRange(range)
                    .addGroupBy(AccuracyDimension.ACCURACY_DIMENSION_STEP)
                    .build()));
    questions.put(
        "by_series_of_7_days",
        () ->
            accuracy.getAccuracy(
                GetAccuracyRequest.newBuilder()
                    .setRange(week)
                    .addGroupBy(AccuracyDimension.ACCURACY_DIMENSION_SERIES)
                    .build()));
    questions.put(
        "one_series_by_step_of_30_days",
        () ->
            accuracy.getAccuracy(
                GetAccuracyRequest.newBuilder()
                    .setFilter(one)
                    .setRange(range)
                    .addGroupBy(AccuracyDimension.ACCURACY_DIMENSION_STEP)
                    .build()));
    questions.put(
        "trend_by_day_of_30_days",
        () ->
            accuracy.getAccuracyTrend(
                GetAccuracyTrendRequest.newBuilder()
                    .setRange(range)
                    .setBucket(Duration.newBuilder().setSeconds(86_400))
                    .build()));
    questions.put(
        "status", () -> ledger.getLedgerStatus(GetLedgerStatusRequest.getDefaultInstance()));
    return questions;
  }

  private static Timestamp time(Instant time) {
    return Timestamp.newBuilder().setSeconds(time.getEpochSecond()).build();
  }

  private static double millis(Question question, int times) {
    var millis = new double[times];
    for (int i = 0; i < times; i++) {
      long before = System.nanoTime();
      question.ask();
      millis[i] = (System.nanoTime() - before) / 1e6;
    }
    Arrays.sort(millis);
    return millis[times / 2];
  }

  private static void rollUp(BenchDatabase database) throws InterruptedException {
    try (var opened =
        Database.open(
            ConfigLoader.with(DatabaseConfig.class, Map.of("url", database.url())),
            "monitor",
            Telemetry.disabled())) {
      var rollups = new PostgresAccuracyRollups(opened, new SplittableRandom());
      int turns = 0;
      while (rollups.roll(InstantSource.system().instant(), DAYS_PER_TURN) > 0) {
        if (++turns % 10 == 0) {
          System.err.printf("%,d days are summed up …%n", turns * DAYS_PER_TURN);
        }
      }
    }
  }

  private static void load(BenchDatabase database, int series, int days, Instant end)
      throws Exception {
    Instant begin = end.minus(days, ChronoUnit.DAYS);
    if (database.text("SELECT kind FROM monitor.layout").equals("plain")) {
      partitions(database, begin, end.plus(2, ChronoUnit.DAYS));
    }
    database.execute(
        """
        INSERT INTO monitor.grid (step_seconds, time_zone, aggregation, fill, fill_intervals_max, lateness_seconds)
        VALUES (3600, 'UTC', 'MEAN', 'NONE', 0, 0)\
        """);
    database.execute(
        "INSERT INTO monitor.model_version (model, version) VALUES ('bench-history', '1.0.0')");
    database.execute(
        "INSERT INTO monitor.series (name, shard) SELECT 'bench/history/' || s, 0 FROM generate_series(1, %d) s"
            .formatted(series));
    for (int day = 0; day < days; day++) {
      loadDay(database, begin.plus(day, ChronoUnit.DAYS));
      if ((day + 1) % DAYS_TO_SAY == 0) {
        System.err.printf("%d of %d days are made …%n", day + 1, days);
      }
    }
    database.execute(
        """
        INSERT INTO monitor.actual
        SELECT n.series_id, g.grid_id, t, extract(epoch FROM t)::bigint / 3600, 0, t + interval '1 hour',
          CASE WHEN t < timestamptz '%1$s' THEN 'KNOWN' ELSE 'PENDING' END,
          CASE WHEN t < timestamptz '%1$s' THEN 60 + 10 * sin(extract(epoch FROM t)::double precision) END,
          CASE WHEN t < timestamptz '%1$s' THEN 1 ELSE 0 END, t, NULL
        FROM monitor.series n, monitor.grid g,
          generate_series(timestamptz '%2$s', timestamptz '%1$s' + interval '%3$d hours', interval '1 hour') t\
        """
            .formatted(end, begin, HORIZON));
    database.execute(
        """
        INSERT INTO monitor.accuracy_day (series_id, grid_id, day, state, steps_pending, steps_known, steps_missing)
        SELECT DISTINCT series_id, grid_id, date_trunc('day', interval_start, 'UTC'), 1, 0, 0, 0 FROM monitor.actual\
        """);
    database.execute("ANALYZE");
  }

  /** A day's predictions hour by hour, as they would have come: rows lie on disk in that order. */
  private static void loadDay(BenchDatabase database, Instant day) throws SQLException {
    database.execute(
        """
        INSERT INTO monitor.prediction
        SELECT md5(n.name || o)::uuid, o, n.series_id, g.grid_id, v.model_version_id, 1, 'champion', 1, false, %d,
          '{0.05,0.5,0.95}', '{0.9}', '{1}', '{3}', 2, 50, NULL, 0, 0, 0, o, o, ''
        FROM monitor.series n, monitor.grid g, monitor.model_version v,
          generate_series(timestamptz '%s', timestamptz '%s', interval '1 hour') o
        ORDER BY o, n.series_id\
        """
            .formatted(HORIZON, day, day.plus(23, ChronoUnit.HOURS)));
    // Steps are counted in the list of columns: a join may take the steps first, and then each row
    // goes to another page of the index.
    database.execute(
        """
        INSERT INTO monitor.prediction_step
        SELECT s.prediction_id, s.origin + (s.k - 1) * interval '1 hour', s.k, s.origin, s.series_id, s.grid_id,
          50 + s.k, ARRAY[45 + s.k, 50 + s.k, 55 + s.k]::double precision[], 49 + s.k
        FROM (
          SELECT p.prediction_id, p.origin, p.series_id, p.grid_id, generate_series(1, %d) AS k
          FROM (
            SELECT * FROM monitor.prediction
            WHERE origin BETWEEN timestamptz '%s' AND timestamptz '%s' ORDER BY origin, series_id
          ) p
        ) s\
        """
            .formatted(HORIZON, day, day.plus(23, ChronoUnit.HOURS)));
  }

  private static void partitions(BenchDatabase database, Instant from, Instant to)
      throws Exception {
    YearMonth last = YearMonth.from(to.atOffset(ZoneOffset.UTC));
    for (YearMonth month = YearMonth.from(from.atOffset(ZoneOffset.UTC));
        !month.isAfter(last);
        month = month.plusMonths(1)) {
      for (String table : List.of("prediction", "prediction_step", "actual")) {
        database.execute(
            "CREATE TABLE IF NOT EXISTS monitor.%s_y%04dm%02d PARTITION OF monitor.%s FOR VALUES FROM ('%s-01Z') TO ('%s-01Z')"
                .formatted(
                    table,
                    month.getYear(),
                    month.getMonthValue(),
                    table,
                    month,
                    month.plusMonths(1)));
      }
    }
  }
}
