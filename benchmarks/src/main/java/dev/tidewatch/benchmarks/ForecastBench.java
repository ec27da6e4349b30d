package dev.tidewatch.benchmarks;

import dev.tidewatch.standalone.ChildJvm;
import dev.tidewatch.standalone.StandaloneConfig;
import dev.tidewatch.standalone.StandaloneProcess;
import dev.tidewatch.standalone.figures.Figures;
import dev.tidewatch.standalone.figures.Samples;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * {@code Forecast} by series name, 24 steps, with the ledger on: an open loop of 1,000 requests a
 * second while readings arrive; standalone with a heap of 512 MB and client each in a process of
 * its own. The server keeps no answers, so that the model answers each request. The peer is an
 * empty call on the same connection.
 */
final class ForecastBench implements Bench {
  private static final int REQUESTS_PER_SECOND = 1_000;
  private static final int REQUESTS_PER_SECOND_SMALL = 100;

  @Override
  public String name() {
    return "forecast";
  }

  @Override
  public String purpose() {
    return "latency of forecasts by series name at 1,000 requests a second, ledger on";
  }

  @Override
  public void run(BenchOptions options, PrintStream out, Path results) throws Exception {
    Path folder = Files.createTempDirectory("tidewatch-bench-");
    int asked = options.small() ? REQUESTS_PER_SECOND_SMALL : REQUESTS_PER_SECOND;
    var p50 = new Samples();
    var p99 = new Samples();
    var p999 = new Samples();
    var floor = new Samples();
    var rate = new Samples();
    var cpu = new Samples();
    double failed = 0;
    try {
      var flags = new ArrayList<>(List.of("--inference.forecast-cache=0"));
      flags.addAll(options.serverFlags());
      try (var standalone =
          StandaloneProcess.start(
              folder.resolve("data"),
              folder.resolve("standalone.log"),
              StandaloneConfig.Ports.FREE,
              List.of("-Xmx512m"),
              flags)) {
        String addresses = standalone.addresses().toJsonLine();
        load(addresses, "prepare", options, asked);
        for (int round = 0; round < options.rounds(); round++) {
          System.err.printf("round %d of %d …%n", round + 1, options.rounds());
          double before = ProcessCpu.seconds(standalone.pid());
          Figures load = Figures.fromJsonLine(load(addresses, "measure", options, asked));
          cpu.add(ProcessCpu.seconds(standalone.pid()) - before);
          p50.add(load.get("ms_p50").orElseThrow());
          p99.add(load.get("ms_p99").orElseThrow());
          p999.add(load.get("ms_p999").orElseThrow());
          floor.add(load.get("floor_ms_p50").orElseThrow());
          rate.add(load.get("requests_per_second").orElseThrow());
          failed += load.get("failed").orElseThrow();
        }
      }
    } finally {
      TemporaryFolder.delete(folder);
    }
    var figures =
        new Figures()
            .put("ms_p50", p50.median())
            .put("ms_p99", p99.median())
            .put("ms_p999", p999.median())
            .put("floor_ms_p50", floor.median())
            .put("p50_ratio_to_empty_call", p50.median() / floor.median())
            .put("requests_per_second", rate.median())
            .put("server_cpu_seconds", cpu.median())
            .put("failed_requests", failed);
    new Report(name(), figures)
        .row("empty call p50, ms", milli(floor.median()), spread(floor), "")
        .row(
            "forecast p50, ms",
            milli(p50.median()),
            spread(p50),
            String.format(Locale.ROOT, "%.1f of an empty call", p50.median() / floor.median()))
        .row("forecast p99, ms", milli(p99.median()), spread(p99), "")
        .row("forecast p99.9, ms", milli(p999.median()), spread(p999), "")
        .row("forecasts/s, open loop", milli(rate.median()), spread(rate), "asked: " + asked)
        .row("server CPU, s a round", milli(cpu.median()), spread(cpu), "database included")
        .row("failed requests", milli(failed), "", "")
        .print(out, results);
  }

  private static String load(
      String addresses, String part, BenchOptions options, int requestsPerSecond)
      throws IOException, InterruptedException {
    return ChildJvm.lastLineOf(
        ChildJvm.of(
            ForecastLoad.class,
            List.of("-Xmx512m"),
            List.of(
                addresses,
                part,
                Integer.toString(options.seconds()),
                Long.toString(options.seed()),
                Integer.toString(requestsPerSecond))));
  }

  private static String spread(Samples samples) {
    return String.format(Locale.ROOT, "%.3f to %.3f", samples.min(), samples.max());
  }

  private static String milli(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }
}
