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
 * From a reading to a webhook, through all servers: readings come in at a fixed rate, some of them
 * anomalies on series that had none; how long until a receiver is told of each? Standalone, client
 * and receiver are processes of their own.
 */
final class AlertBench implements Bench {
  private static final int SERIES = 2_000;
  private static final int ALERTS = 1_200;
  private static final int RATE = 5_000;
  private static final int SECONDS = 60;
  private static final double LIMIT_MILLIS_P99 = 500;

  @Override
  public String name() {
    return "alert";
  }

  @Override
  public String purpose() {
    return "from a reading to the alert at a webhook receiver";
  }

  @Override
  public void run(BenchOptions options, PrintStream out, Path results) throws Exception {
    int series = options.small() ? 60 : SERIES;
    int alerts = options.small() ? 20 : ALERTS;
    int rate = options.small() ? 500 : RATE;
    int seconds = options.small() ? 3 : Math.max(options.seconds(), SECONDS);
    Path folder = Files.createTempDirectory("tidewatch-bench-");
    Figures load;
    try (var receiver = AlertReceiverProcess.start();
        var standalone =
            StandaloneProcess.start(
                folder.resolve("data"),
                folder.resolve("standalone.log"),
                StandaloneConfig.Ports.FREE,
                List.of("-Xmx512m", "-XX:+ExitOnOutOfMemoryError"),
                options.serverFlags())) {
      load =
          Figures.fromJsonLine(
              ChildJvm.lastLineOf(
                  ChildJvm.of(
                      AlertLoad.class,
                      List.of("-Xmx512m"),
                      List.of(
                          standalone.addresses().toJsonLine(),
                          receiver.url().toString(),
                          Integer.toString(series),
                          Integer.toString(alerts),
                          Integer.toString(rate),
                          Integer.toString(seconds),
                          Long.toString(options.seed())))));
    } finally {
      TemporaryFolder.delete(folder);
    }
    double p99 = load.get("reading_to_webhook_ms_p99").orElseThrow();
    new Report(name(), load)
        .row("reading to webhook p50, ms", number(load, "reading_to_webhook_ms_p50"), "", "")
        .row(
            "reading to webhook p99, ms",
            number(load, "reading_to_webhook_ms_p99"),
            "",
            "%.2f of %.0f".formatted(p99 / LIMIT_MILLIS_P99, LIMIT_MILLIS_P99))
        .row("reading to webhook, longest, ms", number(load, "reading_to_webhook_ms_max"), "", "")
        .row("of that until the alert p50, ms", number(load, "reading_to_alert_ms_p50"), "", "")
        .row("of that until the alert p99, ms", number(load, "reading_to_alert_ms_p99"), "", "")
        .row("readings/s", number(load, "readings_per_second"), "", "")
        .row("alerts expected", number(load, "expected"), "", "")
        .row("alerts delivered", number(load, "delivered"), "", "")
        .row("delivered twice, with the same id", number(load, "duplicates"), "", "")
        .row("in the trace of their reading", number(load, "traced"), "", "")
        .row("alerts nobody asked for", number(load, "unexpected"), "", "")
        .print(out, results);
    double expected = load.get("expected").orElseThrow();
    if (load.get("delivered").orElseThrow() != expected
        || load.get("traced").orElseThrow() != expected) {
      throw new IllegalStateException("not every alert was delivered in the trace of its reading");
    }
  }

  private static String number(Figures figures, String key) {
    return String.format(Locale.ROOT, "%,.1f", figures.get(key).orElseThrow());
  }
}
