package dev.tidewatch.benchmarks;

import dev.tidewatch.serverkit.database.EmbeddedConfig;
import dev.tidewatch.serverkit.database.EmbeddedDatabase;
import dev.tidewatch.standalone.ChildJvm;
import dev.tidewatch.standalone.figures.Figures;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * In-order columnar streams into an ingest server, each in a process of its own, against binary
 * COPY into the same database, alternating in one run.
 */
final class IngestBench implements Bench {
  private static final int STREAMS = 4;
  private static final int COPY_CONNECTIONS = 2;
  private static final long FIRST_MICROS = 1_735_689_600_000_000L;
  private static final long ROUND_MICROS = 40L * 86_400 * 1_000_000;

  @Override
  public String name() {
    return "ingest";
  }

  @Override
  public String purpose() {
    return "durable readings per second of in-order streams, against binary COPY of the same rows";
  }

  @Override
  public void run(BenchOptions options, PrintStream out, Path results) throws Exception {
    Path folder = Files.createTempDirectory("tidewatch-bench-");
    var throughput = new Samples();
    var ackP50 = new Samples();
    var ackP99 = new Samples();
    var clientCpu = new Samples();
    var copyOne = new Samples();
    var copyTwo = new Samples();
    String durability;
    try (var database = EmbeddedDatabase.start(EmbeddedConfig.in(folder.resolve("postgres")))) {
      String url = database.url() + (database.url().contains("?") ? "&" : "?") + "user=postgres";
      var copy = new CopyBaseline(url);
      durability = copy.durability();
      int port = freePort();
      Process server = startServer(url, port);
      try {
        awaitListening(server, port);
        for (int round = 0; round < options.rounds(); round++) {
          System.err.printf("round %d of %d …%n", round + 1, options.rounds());
          copyOne.add(copy.rowsPerSecond(1, options.seconds(), options.seed()));
          copyTwo.add(copy.rowsPerSecond(COPY_CONNECTIONS, options.seconds(), options.seed()));
          Figures load = load(port, round, options);
          throughput.add(load.get("readings_per_second").orElseThrow());
          ackP50.add(load.get("ack_ms_p50").orElseThrow());
          ackP99.add(load.get("ack_ms_p99").orElseThrow());
          clientCpu.add(load.get("client_cpu_us_per_reading").orElseThrow());
        }
      } finally {
        stop(server);
      }
    } finally {
      TemporaryFolder.delete(folder);
    }
    double limit = Math.max(copyOne.median(), copyTwo.median());
    var figures =
        new Figures()
            .put("readings_per_second", throughput.median())
            .put("copy_rows_per_second", limit)
            .put("in_order_ratio_to_copy", throughput.median() / limit)
            .put("ack_ms_p50", ackP50.median())
            .put("ack_ms_p99", ackP99.median())
            .put("client_cpu_us_per_reading", clientCpu.median());
    new Report(name(), figures)
        .row("COPY, 1 connection, rows/s", whole(copyOne.median()), spread(copyOne), "")
        .row("COPY, 2 connections, rows/s", whole(copyTwo.median()), spread(copyTwo), "")
        .row(
            STREAMS + " streams, readings/s",
            whole(throughput.median()),
            spread(throughput),
            String.format(Locale.ROOT, "%.2f of COPY", throughput.median() / limit))
        .row("acknowledgement p50, ms", tenth(ackP50.median()), spread(ackP50), "")
        .row("acknowledgement p99, ms", tenth(ackP99.median()), spread(ackP99), "")
        .row("client CPU, us a reading", hundredth(clientCpu.median()), "", "")
        .row("database: " + durability, "", "", "")
        .print(out, results);
  }

  private static Process startServer(String url, int port) throws IOException {
    return ChildJvm.of(
            dev.tidewatch.ingest.Main.class,
            List.of("-Xmx512m"),
            List.of(
                "--ingest.grpc.port=" + port,
                "--ingest.database.url=" + url,
                "--ingest.security.auth=off"))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static Figures load(int port, int round, BenchOptions options)
      throws IOException, InterruptedException {
    String line =
        ChildJvm.lastLineOf(
            ChildJvm.of(
                IngestLoad.class,
                List.of("-Xmx512m"),
                List.of(
                    Integer.toString(port),
                    Integer.toString(round),
                    Long.toString(FIRST_MICROS + round * ROUND_MICROS),
                    Integer.toString(STREAMS),
                    Integer.toString(options.seconds()),
                    Long.toString(options.seed()))));
    return Figures.fromJsonLine(line);
  }

  private static void awaitListening(Process server, int port) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    while (true) {
      try {
        new Socket("localhost", port).close();
        return;
      } catch (IOException e) {
        if (!server.isAlive()) {
          throw new IOException("the ingest server ended with " + server.exitValue(), e);
        }
        if (System.nanoTime() > deadline) {
          throw e;
        }
        Thread.sleep(100);
      }
    }
  }

  private static void stop(Process server) throws InterruptedException {
    server.destroy();
    if (!server.waitFor(30, TimeUnit.SECONDS)) {
      server.destroyForcibly().waitFor();
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static String spread(Samples samples) {
    String form = samples.max() < 1000 ? "%.1f to %.1f" : "%,.0f to %,.0f";
    return String.format(Locale.ROOT, form, samples.min(), samples.max());
  }

  private static String whole(double value) {
    return String.format(Locale.ROOT, "%,.0f", value);
  }

  private static String tenth(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }

  private static String hundredth(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
