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
import java.util.List;
import java.util.Locale;

/**
 * {@code Forecast} by series name, with the ledger on, one caller in a closed loop; standalone and
 * client each in a process of its own. The peer is an empty call on the same connection.
 */
final class ForecastBench implements Bench {
  @Override
  public String name() {
    return "forecast";
  }

  @Override
  public String purpose() {
    return "latency of forecasts by series name, against an empty call";
  }

  @Override
  public void run(BenchOptions options, PrintStream out, Path results) throws Exception {
    Path folder = Files.createTempDirectory("tidewatch-bench-");
    var p50 = new Samples();
    var p99 = new Samples();
    var floor = new Samples();
    var rate = new Samples();
    double failed = 0;
    try {
      try (var standalone =
          StandaloneProcess.start(
              folder.resolve("data"),
              folder.resolve("standalone.log"),
              StandaloneConfig.Ports.FREE,
              List.of("-Xmx512m"),
              List.of())) {
        String addresses = standalone.addresses().toJsonLine();
        load(addresses, "prepare", options);
        for (int round = 0; round < options.rounds(); round++) {
          System.err.printf("round %d of %d …%n", round + 1, options.rounds());
          Figures load = Figures.fromJsonLine(load(addresses, "measure", options));
          p50.add(load.get("ms_p50").orElseThrow());
          p99.add(load.get("ms_p99").orElseThrow());
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
            .put("floor_ms_p50", floor.median())
            .put("p50_ratio_to_empty_call", p50.median() / floor.median())
            .put("requests_per_second", rate.median())
            .put("failed_requests", failed);
    new Report(name(), figures)
        .row("empty call p50, ms", milli(floor.median()), spread(floor), "")
        .row(
            "forecast p50, ms",
            milli(p50.median()),
            spread(p50),
            String.format(Locale.ROOT, "%.1f of an empty call", p50.median() / floor.median()))
        .row("forecast p99, ms", milli(p99.median()), spread(p99), "")
        .row("forecasts/s, 1 caller", milli(rate.median()), spread(rate), "")
        .row("failed requests", milli(failed), "", "")
        .print(out, results);
  }

  private static String load(String addresses, String part, BenchOptions options)
      throws IOException, InterruptedException {
    return ChildJvm.lastLineOf(
        ChildJvm.of(
            ForecastLoad.class,
            List.of("-Xmx512m"),
            List.of(
                addresses,
                part,
                Integer.toString(options.seconds()),
                Long.toString(options.seed()))));
  }

  private static String spread(Samples samples) {
    return String.format(Locale.ROOT, "%.3f to %.3f", samples.min(), samples.max());
  }

  private static String milli(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }
}
