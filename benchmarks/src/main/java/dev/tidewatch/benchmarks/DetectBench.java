package dev.tidewatch.benchmarks;

import dev.tidewatch.standalone.ChildJvm;
import dev.tidewatch.standalone.StandaloneConfig;
import dev.tidewatch.standalone.StandaloneProcess;
import dev.tidewatch.standalone.figures.Figures;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * The default detector on the feed: readings of many series come in at a fixed rate; how far behind
 * are the detectors at the end? Then the process is killed, and started again: how long until every
 * state is back and the feed is caught up with? Standalone and client each in a process of its own.
 */
final class DetectBench implements Bench {
  private static final int SERIES = 10_000;
  private static final int RATE = 60_000;

  @Override
  public String name() {
    return "detect";
  }

  @Override
  public String purpose() {
    return "detectors on the feed at a fixed rate, and their return after a kill";
  }

  @Override
  public void run(BenchOptions options, PrintStream out, Path results) throws Exception {
    Path folder = Files.createTempDirectory("tidewatch-bench-");
    int series = options.small() ? 200 : SERIES;
    int rate = options.small() ? 1_000 : RATE;
    int seconds = options.small() ? 2 : Math.max(options.seconds(), 20);
    Figures load;
    Figures restored;
    double restart;
    try {
      Path log = folder.resolve("standalone.log");
      try (var standalone = start(folder, log)) {
        load(standalone, "prepare", series, rate, seconds, options.seed());
        load =
            Figures.fromJsonLine(
                load(standalone, "measure", series, rate, seconds, options.seed()));
        standalone.kill();
      }
      long killed = System.nanoTime();
      try (var standalone = start(folder, log)) {
        restart = (System.nanoTime() - killed) / 1e9;
        restored =
            Figures.fromJsonLine(
                load(standalone, "restored", series, rate, seconds, options.seed()));
      }
    } finally {
      TemporaryFolder.delete(folder);
    }
    var figures =
        new Figures()
            .put("series", series)
            .put("offered_per_second", load.get("offered_per_second").orElseThrow())
            .put("readings_per_second", load.get("readings_per_second").orElseThrow())
            .put("behind_seconds", load.get("behind_seconds").orElseThrow())
            .put("restart_seconds", restart)
            .put("restore_seconds", restored.get("restore_seconds").orElseThrow())
            .put("states", restored.get("states").orElseThrow());
    new Report(name(), figures)
        .row("series", number(figures, "series"), "", "")
        .row("readings/s offered", number(figures, "offered_per_second"), "", "")
        .row("readings/s detected", number(figures, "readings_per_second"), "", "")
        .row("behind at the end, s", number(figures, "behind_seconds"), "", "")
        .row("all four servers up after kill -9, s", number(figures, "restart_seconds"), "", "")
        .row("then: states back and feed caught up, s", number(figures, "restore_seconds"), "", "")
        .row("detector states in memory then", number(figures, "states"), "", "")
        .print(out, results);
  }

  private static StandaloneProcess start(Path folder, Path log) throws IOException {
    return StandaloneProcess.start(
        folder.resolve("data"),
        log,
        StandaloneConfig.Ports.FREE,
        List.of("-Xmx1g", "-XX:+ExitOnOutOfMemoryError"),
        List.of());
  }

  private static String load(
      StandaloneProcess standalone, String part, int series, int rate, int seconds, long seed)
      throws IOException, InterruptedException {
    System.err.println(part + " …");
    return ChildJvm.lastLineOf(
        ChildJvm.of(
            DetectLoad.class,
            List.of("-Xmx512m"),
            List.of(
                standalone.addresses().toJsonLine(),
                part,
                Integer.toString(series),
                Integer.toString(rate),
                Integer.toString(seconds),
                Long.toString(seed))));
  }

  private static String number(Figures figures, String key) {
    return String.format(Locale.ROOT, "%,.1f", figures.get(key).orElseThrow());
  }
}
