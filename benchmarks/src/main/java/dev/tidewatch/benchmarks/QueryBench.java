package dev.tidewatch.benchmarks;

import dev.tidewatch.standalone.figures.Figures;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Readings out: the days of a year, a range of ten million, the newest ones of a thousand of a
 * million series, and the catalogue of those. Everything is loaded through the server first; every
 * answer is compared with what was sent.
 */
final class QueryBench implements Bench {
  static final String YEAR = "year";
  static final String RANGE = "range";
  static final String SERIES = "series";
  private static final List<String> SCENARIOS = List.of(YEAR, RANGE, SERIES);
  private static final int YEAR_PART = 0;
  private static final int RANGE_PART = 1;
  private static final int SERIES_PART = 2;
  private static final String ROLLUPS_QUIET = "--ingest.rollups.quiet";
  private static final long ROLLUP_SECONDS_MAX = 600;
  private static final long SETTLE_SECONDS_MAX = 120;

  @Override
  public String name() {
    return "query";
  }

  @Override
  public String purpose() {
    return "days of a year from rollups, raw ranges, newest readings of many among a million series";
  }

  @Override
  public void run(BenchOptions options, PrintStream out, Path results) throws Exception {
    options.requireScenariosAmong(SCENARIOS);
    Path folder = Files.createTempDirectory("tidewatch-bench-");
    try (var database = BenchDatabase.open(folder.resolve("postgres"), InstantSource.system());
        var server =
            ServerProcess.start(
                ServerProcess.Kind.INGEST,
                database.url(),
                folder.resolve("server.log"),
                serverFlags(options));
        var client = LoadProcess.start()) {
      var durability = Durability.askIn(500, database);
      var run = new Run(options, database, server, server.watchHeap(), client, new Tally());
      if (options.wants(YEAR)) {
        run.year();
      }
      if (options.wants(RANGE)) {
        run.range();
      }
      if (options.wants(SERIES)) {
        run.series();
      }
      report(run, durability, out, results);
    } finally {
      TemporaryFolder.delete(folder);
    }
  }

  /** Who waits for the rollups does not want to wait for more to come in. */
  private static List<String> serverFlags(BenchOptions options) {
    var flags = new ArrayList<>(options.serverFlags());
    if (flags.stream().noneMatch(flag -> flag.startsWith(ROLLUPS_QUIET))) {
      flags.add(ROLLUPS_QUIET + "=2s");
    }
    return flags;
  }

  /** One run: the parts in the order in which they disturb each other least. */
  private record Run(
      BenchOptions options,
      BenchDatabase database,
      ServerProcess server,
      HeapWatch heap,
      LoadProcess client,
      Tally tally) {

    void year() throws Exception {
      System.err.println("a year of minutes …");
      var request =
          request("year-write", YEAR_PART)
              .with("series", options.small() ? 2 : 10)
              .with("days", options.small() ? 20 : 365);
      tally.add("year_load_readings_per_second", measure(request).figure("readings_per_second"));
      double waited = Rollups.await(database, ROLLUP_SECONDS_MAX);
      if (waited < 0) {
        throw new IllegalStateException(
            "the rollups were not filled within " + ROLLUP_SECONDS_MAX + " s");
      }
      tally.add("year_rollup_seconds", waited);
      for (int round = 0; round < options.rounds(); round++) {
        var found = measure(request.as("year-read"));
        if (found.figure("served") == 0) {
          System.err.println("the server does not serve aggregates");
          return;
        }
        tally.add("year_to_days_ms_p50", found.figure("ms_p50"));
        tally.add("year_to_days_ms_p99", found.figure("ms_p99"));
      }
    }

    void range() throws Exception {
      System.err.println("a long range …");
      var request =
          request("range-write", RANGE_PART).with("rows", options.small() ? 200_000 : 10_000_000);
      tally.add("range_load_readings_per_second", measure(request).figure("readings_per_second"));
      settle();
      // Once for the compilers.
      client.run(request.as("range-read"));
      for (int round = 0; round < options.rounds(); round++) {
        var found = measure(request.as("range-read"));
        tally.add("range_readings_per_second", found.figure("readings_per_second"));
        tally.add("range_bytes_per_reading", found.figure("bytes_per_reading"));
        tally.add("range_server_cpu_us_per_reading", found.perReading(found.serverCpuSeconds()));
        if (database.cpuKnown()) {
          tally.add(
              "range_database_cpu_us_per_reading", found.perReading(found.databaseCpuSeconds()));
        }
      }
    }

    void series() throws Exception {
      System.err.println("very many series …");
      int series = options.small() ? 5_000 : 1_000_000;
      var ingest = request("in-order", SERIES_PART + 1).with("streams", 4);
      client.run(ingest);
      tally.add(
          "ingest_before_readings_per_second",
          measure(ingest.with("part", SERIES_PART + 2)).figure("readings_per_second"));
      var request =
          request("series-write", SERIES_PART)
              .with("series", series)
              .with("labelled", options.small() ? 200 : 10_000);
      tally.add("series", series);
      tally.add("series_created_per_second", measure(request).figure("series_per_second"));
      tally.add(
          "labelled_series_created_per_second",
          measure(request.as("series-label")).figure("series_per_second"));
      tally.add(
          "many_series_readings_per_second",
          measure(request.as("series-write-again")).figure("readings_per_second"));
      tally.add(
          "ingest_beside_readings_per_second",
          measure(ingest.with("part", SERIES_PART + 3)).figure("readings_per_second"));
      settle();
      client.run(request.as("latest").with("newest", 3).with("seconds", 1));
      for (int round = 0; round < options.rounds(); round++) {
        var found = measure(request.as("latest").with("newest", 3));
        tally.add("latest_1000_ms_p50", found.figure("ms_p50"));
        tally.add("latest_1000_ms_p99", found.figure("ms_p99"));
        Figures listed = measure(request.as("series-list")).figures();
        listed.asMap().forEach(tally::add);
      }
    }

    /** What else the server does with new readings shall not be measured with the reads. */
    private void settle() throws Exception {
      Rollups.await(database, SETTLE_SECONDS_MAX);
      database.execute("VACUUM ANALYZE");
    }

    private LoadRun measure(LoadRequest request) throws Exception {
      database.settle();
      return LoadRun.of(request, client, server, database);
    }

    private LoadRequest request(String form, int part) {
      return LoadRequest.of(form)
          .with("port", server.port())
          .with("part", part)
          .with("seconds", options.seconds())
          .with("seed", options.seed());
    }
  }

  private void report(
      Run run, CompletableFuture<Durability> durability, PrintStream out, Path results)
      throws Exception {
    Tally tally = run.tally();
    Durability asked = durability.join();
    HeapWatch heap = run.heap();
    var figures =
        tally
            .medians()
            .put("server_heap_mb_max", heap.usedMbMax())
            .put("durable", asked.on() ? 1 : 0);
    var report = new Report(name(), figures);
    tally.row(report, "a year of minutes to days p50, ms", "year_to_days_ms_p50");
    tally.row(report, "  p99, ms", "year_to_days_ms_p99");
    tally.row(report, "  loading, readings/s", "year_load_readings_per_second");
    tally.row(report, "  rollups filled after it, s", "year_rollup_seconds");
    tally.row(report, "raw range to a client, readings/s", "range_readings_per_second");
    tally.row(report, "  bytes a reading", "range_bytes_per_reading");
    tally.row(report, "  server CPU, us a reading", "range_server_cpu_us_per_reading");
    tally.row(report, "  database CPU, us a reading", "range_database_cpu_us_per_reading");
    tally.row(report, "  loading, readings/s", "range_load_readings_per_second");
    tally.row(report, "series", "series");
    tally.row(report, "  newest readings of 1,000 p50, ms", "latest_1000_ms_p50");
    tally.row(report, "  newest readings of 1,000 p99, ms", "latest_1000_ms_p99");
    tally.row(report, "  page of 1,000 series p50, ms", "list_page_of_1000_ms_p50");
    tally.row(report, "  page of 1,000 series p99, ms", "list_page_of_1000_ms_p99");
    tally.row(report, "  page of a prefix p99, ms", "list_prefix_page_ms_p99");
    tally.row(report, "  by labels p50, ms", "list_labels_ms_p50");
    tally.row(report, "  by labels p99, ms", "list_labels_ms_p99");
    tally.row(report, "  created by their first readings, series/s", "series_created_per_second");
    tally.row(report, "  created one by one, series/s", "labelled_series_created_per_second");
    tally.row(report, "  a reading to each, readings/s", "many_series_readings_per_second");
    tally.row(
        report,
        "  ingest of 400 others before them, readings/s",
        "ingest_before_readings_per_second");
    tally.row(
        report,
        "  ingest of 400 others beside them, readings/s",
        "ingest_beside_readings_per_second");
    report
        .row("server heap, most in use, MB", Tally.number(heap.usedMbMax()), "", "")
        .row(run.database().kind() + ": " + asked.text(), "", "", "")
        .print(out, results);
  }
}
