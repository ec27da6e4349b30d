package dev.tidewatch.benchmarks;

import dev.tidewatch.standalone.ChildJvm;
import dev.tidewatch.standalone.StandaloneConfig;
import dev.tidewatch.standalone.StandaloneProcess;
import dev.tidewatch.standalone.figures.Figures;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * What callers notice of versions being swapped: the 99th percentile at half of what the server can
 * do, while versions in memory are flipped and while versions are loaded, against that of a window
 * just before in which nothing changes. Servers and client each in a process of their own.
 */
final class SwapBench implements Bench {
  /** Two stay in memory; the others are loaded again each time that their turn comes. */
  private static final int VERSIONS = 5;

  /** So many cold swaps in all, once a second, are wanted at the usual length of a window. */
  private static final int ROUNDS_MIN = 5;

  @Override
  public String name() {
    return "swap";
  }

  @Override
  public String purpose() {
    return "latency of forecasts while versions are flipped and loaded, against quiet windows";
  }

  @Override
  public void run(BenchOptions options, PrintStream out, Path results) throws Exception {
    Path folder = Files.createTempDirectory("tidewatch-bench-");
    int rounds = options.small() ? 1 : Math.max(ROUNDS_MIN, options.rounds());
    Figures figures;
    try {
      try (var standalone =
          StandaloneProcess.start(
              folder.resolve("data"),
              folder.resolve("standalone.log"),
              StandaloneConfig.Ports.FREE,
              List.of("-Xmx512m"),
              options.serverFlags())) {
        figures =
            Figures.fromJsonLine(
                ChildJvm.lastLineOf(
                    ChildJvm.of(
                        SwapLoad.class,
                        List.of("-Xmx512m"),
                        List.of(
                            standalone.addresses().toJsonLine(),
                            Integer.toString(options.small() ? 3 : options.seconds()),
                            Integer.toString(rounds),
                            Long.toString(options.seed()),
                            Integer.toString(VERSIONS)))));
      }
    } finally {
      TemporaryFolder.delete(folder);
    }
    new Report(name(), figures)
        .row("capacity, forecasts/s", value(figures, "capacity_per_second"), "", "")
        .row("load, forecasts/s", value(figures, "requests_per_second"), "", "half of it")
        .row("quiet p99, ms", value(figures, "steady_ms_p99"), "", "")
        .row(
            "flipping p99, ms",
            value(figures, "flip_ms_p99"),
            "",
            ratio(figures, "p99_ratio_to_steady"))
        .row(
            "loading p99, ms",
            value(figures, "cold_ms_p99"),
            "",
            ratio(figures, "cold_p99_ratio_to_steady"))
        .row("flips", value(figures, "flips"), "", "")
        .row("versions loaded", value(figures, "swaps"), "", "")
        .row("failed requests", value(figures, "failed_requests"), "", "")
        .print(out, results);
  }

  private static String ratio(Figures figures, String name) {
    return value(figures, name) + " of quiet";
  }

  private static String value(Figures figures, String name) {
    return String.format(Locale.ROOT, "%.3f", figures.get(name).orElseThrow());
  }
}
