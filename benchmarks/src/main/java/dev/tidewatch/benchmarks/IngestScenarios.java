package dev.tidewatch.benchmarks;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The parts of the ingest bench, one after the other. Each part writes into 40 days of its own, so
 * that all start on the same footing; dirty pages are written out between them. Not thread-safe.
 */
final class IngestScenarios {
  private static final int COLUMNAR_STREAMS = 4;
  private static final int ROW_STREAMS = 64;
  private static final int ROWS_IN_FLIGHT = 32;
  private static final int ROWS_PER_SECOND = 50_000;
  private static final int CALLERS = 64;
  private static final int MANY_STREAMS = 1_000;
  private static final int MANY_IN_FLIGHT = 8;

  private final BenchOptions options;
  private final BenchDatabase database;
  private final ServerProcess server;
  private final HeapWatch heap;
  private final LoadProcess client;
  private final CopyBaseline baseline;
  private final Tally tally = new Tally();
  private double columnarPerSecond;
  private int parts;
  private @Nullable CompletableFuture<Durability> durability;

  IngestScenarios(
      BenchOptions options, BenchDatabase database, ServerProcess server, LoadProcess client) {
    this.options = options;
    this.database = database;
    this.server = server;
    this.heap = server.watchHeap();
    this.client = client;
    this.baseline = new CopyBaseline(database);
  }

  Tally tally() {
    return tally;
  }

  HeapWatch heap() {
    return heap;
  }

  /** As the server said while it worked. */
  Durability durability() {
    if (durability == null) {
      throw new IllegalStateException("nothing was measured");
    }
    return durability.join();
  }

  /**
   * Compiles and creates what measured parts shall not wait for, and counts bytes on the wire: all
   * of it goes through a relay.
   */
  void warmUp() throws Exception {
    System.err.println("warming up …");
    int seconds = options.small() ? 1 : Math.clamp(options.seconds() / 2, 2, 10);
    if (options.wants(IngestBench.IN_ORDER) || options.wants(IngestBench.PACED)) {
      warmUp("", columnar("in-order"), seconds);
    }
    if (options.wants(IngestBench.SHUFFLED)) {
      warmUp("out_of_order_", columnar("shuffled"), seconds);
    }
    if (options.wants(IngestBench.ROWS)) {
      warmUp("row_form_", rows(), seconds);
      if (!options.small()) {
        client.run(rows().with("seconds", seconds));
      }
    }
    if (options.wants(IngestBench.UNARY)) {
      warmUp("unary_", unary(1), seconds);
    }
    if (options.wants(IngestBench.PACED)) {
      client.run(paced(10_000).with("seconds", 1));
    }
    if (options.wants(IngestBench.IN_ORDER)) {
      long first = nextPart();
      baseline.makeTable(first);
      baseline.copy(2, COLUMNAR_STREAMS, 1, options.seed(), first);
    }
    if (options.wants(IngestBench.SHUFFLED)) {
      long first = nextPart();
      baseline.makeTable(first);
      baseline.staged(2, COLUMNAR_STREAMS, 1, options.seed(), first);
    }
    baseline.drop();
  }

  /** Every part once, compared ones next to each other. */
  void round() throws Exception {
    if (options.wants(IngestBench.IN_ORDER)) {
      inOrder();
    }
    if (options.wants(IngestBench.SHUFFLED)) {
      shuffled();
    }
    if (options.wants(IngestBench.ROWS)) {
      rowForm();
    }
    if (options.wants(IngestBench.UNARY)) {
      unaryForm("unary_", 1);
      unaryForm("unary_100_", 100);
    }
    if (options.wants(IngestBench.PACED)) {
      pacedForm();
    }
  }

  /** What is done once, at the end. */
  void last() throws Exception {
    if (options.wants(IngestBench.STREAMS)) {
      System.err.println("very many streams …");
      var run =
          measure(
              request("streams")
                  .with("streams", options.small() ? MANY_STREAMS / 10 : MANY_STREAMS)
                  .with("in-flight", MANY_IN_FLIGHT));
      tally.add("many_streams_served", run.figure("streams_served"));
      tally.add("many_streams_readings_per_second", run.figure("readings_per_second"));
      tally.add("many_streams_ack_ms_p99", run.figure("ack_ms_p99"));
      tally.add("stuck_subscriber_connected", run.figure("stuck_subscriber_connected"));
      // Whether it still serves everybody afterwards.
      client.run(columnar("in-order").with("seconds", 1));
    }
    server.assertAlive();
  }

  private void inOrder() throws Exception {
    copy(1);
    copy(2);
    DiskUse before = DiskUse.of(database);
    var run = measure(columnar("in-order"));
    DiskUse used = DiskUse.of(database).minus(before);
    double readings = run.figure("readings");
    columnarPerSecond = run.figure("readings_per_second");
    tally.add("readings_per_second", columnarPerSecond);
    tally.add("closed_loop_ack_ms_p50", run.figure("ack_ms_p50"));
    tally.add("closed_loop_ack_ms_p99", run.figure("ack_ms_p99"));
    tally.add("closed_loop_ack_ms_p999", run.figure("ack_ms_p999"));
    costs("", run);
    tally.add("disk_bytes_per_reading", used.readings() / readings);
    tally.add("feed_bytes_per_reading", used.feed() / readings);
    tally.add("wal_bytes_per_reading", used.writeAheadLog() / readings);
  }

  private void copy(int connections) throws Exception {
    long first = nextPart();
    baseline.makeTable(first);
    database.settle();
    double databaseBefore = database.cpuSeconds();
    double clientBefore = ownCpuSeconds();
    long logBefore = DiskUse.of(database).writeAheadLog();
    var copied =
        baseline.copy(connections, COLUMNAR_STREAMS, options.seconds(), options.seed(), first);
    tally.add("copy_" + connections + "_rows_per_second", copied.rowsPerSecond());
    if (connections == 1) {
      if (database.cpuKnown()) {
        tally.add(
            "copy_database_cpu_us_per_row",
            (database.cpuSeconds() - databaseBefore) * 1e6 / copied.rows());
      }
      tally.add(
          "copy_client_cpu_us_per_row", (ownCpuSeconds() - clientBefore) * 1e6 / copied.rows());
      long log = DiskUse.of(database).writeAheadLog() - logBefore;
      tally.add("copy_wal_bytes_per_row", (double) log / copied.rows());
    }
    baseline.drop();
  }

  private void shuffled() throws Exception {
    for (int connections = 1; connections <= 2; connections++) {
      long first = nextPart();
      baseline.makeTable(first);
      database.settle();
      var staged =
          baseline.staged(connections, COLUMNAR_STREAMS, options.seconds(), options.seed(), first);
      tally.add("staging_" + connections + "_rows_per_second", staged.rowsPerSecond());
      baseline.drop();
    }
    var run = measure(columnar("shuffled"));
    tally.add("out_of_order_readings_per_second", run.figure("readings_per_second"));
    tally.add("out_of_order_closed_loop_ack_ms_p99", run.figure("ack_ms_p99"));
    costs("out_of_order_", run);
  }

  private void rowForm() throws Exception {
    var run = measure(rows());
    tally.add("row_form_readings_per_second", run.figure("readings_per_second"));
    tally.add("row_form_ack_ms_p50", run.figure("ack_ms_p50"));
    tally.add("row_form_ack_ms_p99", run.figure("ack_ms_p99"));
    tally.add("row_form_ack_ms_p999", run.figure("ack_ms_p999"));
    costs("row_form_", run);
    run =
        measure(
            request("rows-paced")
                .with("streams", ROW_STREAMS)
                .with("rate", options.small() ? ROWS_PER_SECOND / 10 : ROWS_PER_SECOND));
    tally.add("row_form_paced_readings_per_second", run.figure("readings_per_second"));
    tally.add("row_form_paced_ack_ms_p50", run.figure("ack_ms_p50"));
    tally.add("row_form_paced_ack_ms_p99", run.figure("ack_ms_p99"));
    tally.add("row_form_paced_ack_ms_p999", run.figure("ack_ms_p999"));
  }

  private void unaryForm(String form, int readings) throws Exception {
    var run = measure(unary(readings));
    tally.add(form + "readings_per_second", run.figure("readings_per_second"));
    tally.add(form + "call_ms_p50", run.figure("call_ms_p50"));
    tally.add(form + "call_ms_p99", run.figure("call_ms_p99"));
  }

  private void pacedForm() throws Exception {
    var run = measure(paced((long) (columnarPerSecond / 2)));
    tally.add("paced_readings_per_second", run.figure("readings_per_second"));
    tally.add("ack_ms_p50", run.figure("ack_ms_p50"));
    tally.add("ack_ms_p99", run.figure("ack_ms_p99"));
    tally.add("ack_ms_p999", run.figure("ack_ms_p999"));
  }

  private LoadRequest columnar(String form) {
    return request(form).with("streams", COLUMNAR_STREAMS);
  }

  private LoadRequest rows() {
    return request("rows").with("streams", ROW_STREAMS).with("in-flight", ROWS_IN_FLIGHT);
  }

  private LoadRequest unary(int readings) {
    return request("unary").with("callers", CALLERS).with("readings", readings);
  }

  private LoadRequest paced(long readingsPerSecond) {
    return request("columnar-paced")
        .with("streams", COLUMNAR_STREAMS)
        .with("rate", Math.max(1_000, readingsPerSecond));
  }

  private LoadRequest request(String form) {
    return LoadRequest.of(form)
        .with("port", server.port())
        .with("part", parts++)
        .with("seconds", options.seconds())
        .with("seed", options.seed());
  }

  private void warmUp(String form, LoadRequest request, int seconds) throws IOException {
    try (var relay = CountingRelay.to(server.port())) {
      var figures =
          LoadRun.of(
                  request.with("port", relay.port()).with("seconds", seconds),
                  client,
                  server,
                  database)
              .figures();
      double readings = figures.get("readings").orElseThrow();
      tally.add(form + "wire_bytes_per_reading", relay.bytesToServer() / readings);
      tally.add(form + "wire_bytes_back_per_reading", relay.bytesToClient() / readings);
      if (request.part().equals("in-order")) {
        columnarPerSecond = figures.get("readings_per_second").orElseThrow();
      }
    }
  }

  private LoadRun measure(LoadRequest request) throws Exception {
    database.settle();
    if (durability == null) {
      durability = Durability.askIn(options.seconds() * 500L, database);
    }
    return LoadRun.of(request, client, server, database);
  }

  private void costs(String form, LoadRun run) {
    tally.add(form + "client_cpu_us_per_reading", run.perReading(run.clientCpuSeconds()));
    tally.add(form + "server_cpu_us_per_reading", run.perReading(run.serverCpuSeconds()));
    if (database.cpuKnown()) {
      tally.add(form + "database_cpu_us_per_reading", run.perReading(run.databaseCpuSeconds()));
    }
  }

  private static double ownCpuSeconds() {
    return ProcessCpu.seconds(ProcessHandle.current().pid());
  }

  private long nextPart() {
    return GeneratedReadings.beginOfPart(parts++);
  }
}
