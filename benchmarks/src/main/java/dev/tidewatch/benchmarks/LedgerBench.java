package dev.tidewatch.benchmarks;

import dev.tidewatch.standalone.ChildJvm;
import dev.tidewatch.standalone.figures.Figures;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Predictions joined with what happened, as fast as both come: 1,000 series on a grid of seconds,
 * forecast every second over 24 steps, a reading of each every second. Ingest and the monitor are
 * processes of their own with 512 MB each, the client is a third. At the end every step that was
 * recorded must have its truth, and the right one. Then, where {@code history} is asked for, {@link
 * LedgerHistory}.
 */
final class LedgerBench implements Bench {
  private static final int SERIES = 1_000;
  private static final int HORIZON = 24;
  private static final int SECONDS = 60;
  private static final long PATIENCE_SECONDS = 180;
  private static final double RATE_WANTED = SERIES * HORIZON;

  @Override
  public String name() {
    return "ledger";
  }

  @Override
  public String purpose() {
    return "24,000 predicted steps a second joined with the truth; scenarios live, history";
  }

  @Override
  public void run(BenchOptions options, PrintStream out, Path results) throws Exception {
    options.requireScenariosAmong(List.of("live", "history"));
    var figures = new Figures();
    var report = new Report(name(), figures);
    if (options.wants("live")) {
      live(options, figures, report);
    }
    // Takes minutes, so it must be asked for by name.
    if (options.scenarios().contains("history")) {
      LedgerHistory.run(options, figures, report);
    }
    report.print(out, results);
  }

  private static void live(BenchOptions options, Figures figures, Report report) throws Exception {
    Path folder = Files.createTempDirectory("tidewatch-bench-");
    int series = options.small() ? 20 : SERIES;
    int horizon = options.small() ? 4 : HORIZON;
    int seconds = options.small() ? 2 : Math.max(options.seconds(), SECONDS);
    try (var database = BenchDatabase.open(folder.resolve("postgres"), InstantSource.system());
        var ingest =
            ServerProcess.start(
                ServerProcess.Kind.INGEST,
                database.url(),
                folder.resolve("ingest.log"),
                List.of());
        var monitor =
            monitor(database, ingest, folder.resolve("monitor.log"), options.serverFlags())) {
      HeapWatch heap = monitor.watchHeap();
      System.err.printf("%,d series, %d steps, %d s …%n", series, horizon, seconds);
      double cpuBefore = monitor.cpuSeconds();
      double databaseBefore = database.cpuSeconds();
      Figures load;
      try {
        load =
            Figures.fromJsonLine(
                ChildJvm.lastLineOf(
                    ChildJvm.of(
                        LedgerLoad.class,
                        List.of("-Xmx512m"),
                        List.of(
                            Integer.toString(ingest.port()),
                            Integer.toString(monitor.port()),
                            Integer.toString(series),
                            Integer.toString(horizon),
                            Integer.toString(seconds)))));
        awaitJoined(database, monitor);
      } catch (Exception e) {
        monitor.printLog();
        ingest.printLog();
        throw e;
      }
      measure(database, load, horizon, figures);
      figures.put("heap_mb_max", heap.usedMbMax());
      report
          .row(
              "(series, step) rows joined a second",
              number(figures, "rows_per_second"),
              "",
              "%.3f of %,.0f"
                  .formatted(
                      figures.get("rows_per_second").orElseThrow() / (series * (double) horizon),
                      series * (double) horizon))
          .row("rows joined in all", number(figures, "joined"), "", "")
          .row("rows lost", number(figures, "lost"), "", "")
          .row("rows joined with a wrong value", number(figures, "wrong"), "", "")
          .row("due to joined, p50, ms", number(figures, "join_ms_p50"), "", "")
          .row("due to joined, p99, ms", number(figures, "join_ms_p99"), "", "")
          .row("monitor's heap, MB of 512", number(figures, "heap_mb_max"), "", "")
          .row("CPU of monitor, s", "%,.1f".formatted(monitor.cpuSeconds() - cpuBefore), "", "");
      if (database.cpuKnown()) {
        report.row(
            "CPU of the database, s",
            "%,.1f".formatted(database.cpuSeconds() - databaseBefore),
            "",
            "");
      }
    } finally {
      TemporaryFolder.delete(folder);
    }
    if (figures.get("lost").orElseThrow() > 0 || figures.get("wrong").orElseThrow() > 0) {
      throw new IllegalStateException(
          "%s rows lost and %s wrong".formatted(number(figures, "lost"), number(figures, "wrong")));
    }
    if (!options.small() && figures.get("rows_per_second").orElseThrow() < 0.95 * RATE_WANTED) {
      System.err.println("the join did not keep up");
    }
  }

  /** Starts a monitor that follows the ingest server. */
  static ServerProcess monitor(
      BenchDatabase database, ServerProcess ingest, Path log, List<String> flags)
      throws IOException, InterruptedException {
    var settings = new ArrayList<>(List.of("--monitor.ingest.target=localhost:" + ingest.port()));
    settings.addAll(flags);
    return ServerProcess.start(ServerProcess.Kind.MONITOR, database.url(), log, settings);
  }

  private static void awaitJoined(BenchDatabase database, ServerProcess monitor) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (database.number("SELECT count(*) FROM monitor.actual WHERE attention_at IS NOT NULL")
        > 0) {
      monitor.assertAlive();
      if (System.nanoTime() > deadline) {
        System.err.println("not everything is joined after " + PATIENCE_SECONDS + " s");
        return;
      }
      Thread.sleep(100);
    }
  }

  /**
   * From the tables themselves. The clock of the servers is the machine's, so what was due when and
   * joined when can be compared.
   */
  private static void measure(BenchDatabase database, Figures load, int horizon, Figures figures)
      throws Exception {
    long predictions = (long) load.get("recorded").orElseThrow();
    long recorded = predictions * horizon;
    String measured =
        "a.interval_start >= to_timestamp(%d) AND a.interval_start < to_timestamp(%d)"
            .formatted(
                (long) load.get("measured_from").orElseThrow(),
                (long) load.get("measured_to").orElseThrow());
    String steps =
        """
        FROM monitor.prediction_step s JOIN monitor.actual a ON a.series_id = s.series_id
          AND a.grid_id = s.grid_id AND a.interval_start = s.target_time AND a.state = 'KNOWN'\
        """;
    long joined = database.number("SELECT count(*) " + steps);
    long inTime = database.number("SELECT count(*) " + steps + " WHERE " + measured);
    long micros =
        database.number(
            "SELECT (1e6 * (1 + extract(epoch FROM max(a.changed_at) - min(a.due_at))))::bigint"
                + " FROM monitor.actual a WHERE "
                + measured);
    long wrong =
        database.number(
            """
            SELECT count(*) FROM monitor.actual a JOIN monitor.series n ON n.series_id = a.series_id
            WHERE a.state = 'KNOWN' AND a.value <> substring(n.name FROM '[0-9]+$')::int
              + extract(epoch FROM a.interval_start)::bigint % 100
            """);
    String late =
        "SELECT (1000 * percentile_cont(%s) WITHIN GROUP (ORDER BY extract(epoch FROM a.changed_at - a.due_at)))::bigint"
            + " FROM monitor.actual a WHERE a.state = 'KNOWN' AND "
            + measured;
    figures
        .put("rows_per_second", micros == 0 ? 0 : inTime * 1e6 / micros)
        .put("joined", joined)
        .put("lost", recorded - joined)
        .put("wrong", wrong)
        .put("join_ms_p50", database.number(late.formatted("0.5")))
        .put("join_ms_p99", database.number(late.formatted("0.99")));
  }

  static String number(Figures figures, String key) {
    return String.format(Locale.ROOT, "%,.1f", figures.get(key).orElseThrow());
  }
}
