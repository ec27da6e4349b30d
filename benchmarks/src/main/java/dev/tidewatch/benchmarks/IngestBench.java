package dev.tidewatch.benchmarks;

import dev.tidewatch.standalone.figures.Figures;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;

/**
 * Readings in, durably: columnar streams in order and shuffled, against COPY of the same rows;
 * single readings, streamed and unary; a fixed rate; a thousand streams. Server and client are a
 * process each, and everything that is compared alternates in one run.
 */
final class IngestBench implements Bench {
  static final String IN_ORDER = "in-order";
  static final String SHUFFLED = "shuffled";
  static final String ROWS = "rows";
  static final String UNARY = "unary";
  static final String PACED = "paced";
  static final String STREAMS = "streams";
  private static final List<String> SCENARIOS =
      List.of(IN_ORDER, SHUFFLED, ROWS, UNARY, PACED, STREAMS);

  /** Below this, one machine cannot be told from a busy one. */
  private static final double BASELINE_ROWS_PER_SECOND_MIN = 450_000;

  @Override
  public String name() {
    return "ingest";
  }

  @Override
  public String purpose() {
    return "durable readings per second, columnar and one by one, against COPY of the same rows";
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
                options.serverFlags());
        var client = LoadProcess.start()) {
      var scenarios = new IngestScenarios(options, database, server, client);
      scenarios.warmUp();
      for (int round = 0; round < options.rounds(); round++) {
        System.err.printf("round %d of %d …%n", round + 1, options.rounds());
        scenarios.round();
      }
      scenarios.last();
      report(database, scenarios, out, results);
    } finally {
      TemporaryFolder.delete(folder);
    }
  }

  private void report(
      BenchDatabase database, IngestScenarios scenarios, PrintStream out, Path results)
      throws Exception {
    Tally tally = scenarios.tally();
    Durability durability = scenarios.durability();
    var figures = new Figures();
    String inOrderRatio = "";
    String shuffledRatio = "";
    boolean busy = false;
    if (tally.has("readings_per_second")) {
      double limit =
          Math.max(tally.median("copy_1_rows_per_second"), tally.median("copy_2_rows_per_second"));
      double ratio = tally.median("readings_per_second") / limit;
      busy = limit < BASELINE_ROWS_PER_SECOND_MIN;
      figures.put("in_order_ratio_to_copy", ratio).put("copy_rows_per_second", limit);
      inOrderRatio = String.format(Locale.ROOT, "%.2f of COPY", ratio);
    }
    if (tally.has("out_of_order_readings_per_second")) {
      double limit =
          Math.max(
              tally.median("staging_1_rows_per_second"), tally.median("staging_2_rows_per_second"));
      double ratio = tally.median("out_of_order_readings_per_second") / limit;
      figures.put("out_of_order_ratio_to_staging", ratio).put("staging_rows_per_second", limit);
      shuffledRatio = String.format(Locale.ROOT, "%.2f of staging", ratio);
    }
    figures.putAll(tally.medians());
    figures
        .put("server_heap_mb_max", scenarios.heap().usedMbMax())
        .put("server_heap_after_gc_mb_max", scenarios.heap().afterCollectionMbMax())
        .put("durable", durability.on() ? 1 : 0);
    if (tally.has("readings_per_second")) {
      figures.put("counts", durability.on() && !busy ? 1 : 0);
    }

    var report = new Report(name(), figures);
    tally.row(report, "COPY, 1 connection, rows/s", "copy_1_rows_per_second");
    tally.row(report, "COPY, 2 connections, rows/s", "copy_2_rows_per_second");
    tally.row(report, "in order, columnar, readings/s", "readings_per_second", inOrderRatio);
    tally.row(report, "  closed loop: ack p50, ms", "closed_loop_ack_ms_p50");
    tally.row(report, "  closed loop: ack p99, ms", "closed_loop_ack_ms_p99");
    costRows(tally, report, "");
    tally.row(report, "  COPY: database CPU, us a row", "copy_database_cpu_us_per_row");
    tally.row(report, "  COPY: client CPU, us a row", "copy_client_cpu_us_per_row");
    tally.row(report, "  wire to the server, bytes a reading", "wire_bytes_per_reading");
    tally.row(report, "  disk: readings and index, bytes each", "disk_bytes_per_reading");
    tally.row(report, "  disk: feed and answers, bytes each", "feed_bytes_per_reading");
    tally.row(report, "  write-ahead log, bytes each", "wal_bytes_per_reading");
    tally.row(report, "  COPY: write-ahead log, bytes a row", "copy_wal_bytes_per_row");
    tally.row(report, "staging, 1 connection, rows/s", "staging_1_rows_per_second");
    tally.row(report, "staging, 2 connections, rows/s", "staging_2_rows_per_second");
    tally.row(
        report,
        "shuffled, 10 % repeated, readings/s",
        "out_of_order_readings_per_second",
        shuffledRatio);
    tally.row(report, "  closed loop: ack p99, ms", "out_of_order_closed_loop_ack_ms_p99");
    costRows(tally, report, "out_of_order_");
    tally.row(report, "one reading a message, readings/s", "row_form_readings_per_second");
    tally.row(report, "  ack p50, ms", "row_form_ack_ms_p50");
    tally.row(report, "  ack p99, ms", "row_form_ack_ms_p99");
    tally.row(report, "  ack p99.9, ms", "row_form_ack_ms_p999");
    costRows(tally, report, "row_form_");
    tally.row(report, "  wire to the server, bytes a reading", "row_form_wire_bytes_per_reading");
    tally.row(
        report, "one a message at 50,000/s: readings/s", "row_form_paced_readings_per_second");
    tally.row(report, "  ack p50, ms", "row_form_paced_ack_ms_p50");
    tally.row(report, "  ack p99, ms", "row_form_paced_ack_ms_p99");
    tally.row(report, "  ack p99.9, ms", "row_form_paced_ack_ms_p999");
    tally.row(report, "unary, 1 reading a call, readings/s", "unary_readings_per_second");
    tally.row(report, "  call p99, ms", "unary_call_ms_p99");
    tally.row(report, "unary, 100 readings a call, readings/s", "unary_100_readings_per_second");
    tally.row(report, "  call p99, ms", "unary_100_call_ms_p99");
    tally.row(report, "columnar at half speed, readings/s", "paced_readings_per_second");
    tally.row(report, "  ack p50, ms", "ack_ms_p50");
    tally.row(report, "  ack p99, ms", "ack_ms_p99");
    tally.row(report, "  ack p99.9, ms", "ack_ms_p999");
    tally.row(report, "very many streams: streams served", "many_streams_served");
    tally.row(report, "  with a stuck subscriber, readings/s", "many_streams_readings_per_second");
    tally.row(report, "  ack p99, ms", "many_streams_ack_ms_p99");
    report
        .row("server heap, most in use, MB", Tally.number(scenarios.heap().usedMbMax()), "", "")
        .row(
            "server heap, most after a collection, MB",
            Tally.number(scenarios.heap().afterCollectionMbMax()),
            "",
            "")
        .row(database.kind() + ": " + durability.text(), "", "", "");
    if (!durability.on()) {
      report.row("DOES NOT COUNT: commits are not durable", "", "", "");
    }
    if (busy) {
      report.row("DOES NOT COUNT: COPY below 450,000 rows/s, the machine is busy", "", "", "");
    }
    report.print(out, results);
  }

  private static void costRows(Tally tally, Report report, String form) {
    tally.row(report, "  client CPU, us a reading", form + "client_cpu_us_per_reading");
    tally.row(report, "  server CPU, us a reading", form + "server_cpu_us_per_reading");
    tally.row(report, "  database CPU, us a reading", form + "database_cpu_us_per_reading");
  }
}
