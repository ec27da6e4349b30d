package dev.tidewatch.standalone.demo;

import com.google.errorprone.annotations.FormatMethod;
import dev.tidewatch.sdk.Tidewatch;
import dev.tidewatch.serverkit.lifecycle.CloseStack;
import dev.tidewatch.serverkit.telemetry.Telemetry;
import dev.tidewatch.serverkit.telemetry.TelemetryConfig;
import dev.tidewatch.standalone.HeldClock;
import dev.tidewatch.standalone.Standalone;
import dev.tidewatch.standalone.StandaloneConfig;
import dev.tidewatch.standalone.figures.MachineDescription;
import dev.tidewatch.standalone.zipkin.ZipkinServer;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * The whole system at work on a simulated building: history, training, assignment, live readings on
 * an accelerated domain clock, forecasts that meet their truth, anomalies that are compared with
 * the planted faults. Runs on the calling thread, which may be interrupted.
 */
public final class Demo {
  private static final Duration FORECAST_PACE = Duration.ofMillis(100);
  private static final Duration SUMMARY_PACE = Duration.ofSeconds(5);
  private static final Duration SETTLE_MAX = Duration.ofSeconds(20);

  private final DemoOptions options;
  private final InstantSource realTime;
  private final PrintStream figuresOut;
  private final PrintStream out;
  private final DemoTimeline timeline;
  private final long startedNanos = System.nanoTime();

  public Demo(DemoOptions options, InstantSource realTime, PrintStream out, PrintStream err) {
    this.options = options;
    this.realTime = realTime;
    this.figuresOut = out;
    this.out = options.json() ? err : out;
    this.timeline = DemoTimeline.atFactor(options.factor());
  }

  /**
   * Runs the scenario and ends, or goes on until it is interrupted.
   *
   * @throws InterruptedException when interrupted; everything is closed by then
   */
  public void run() throws IOException, InterruptedException {
    var opened = new CloseStack();
    try (opened) {
      Path folder = opened.push(DemoFolder.of(options.data())).path();
      var zipkin = startZipkin(opened, folder);
      var clock = new HeldClock(timeline.liveStart(), timeline.factor(), realTime);
      var standalone = opened.push(Standalone.launch(config(folder, zipkin), clock));
      say("%s", standalone.welcome());
      zipkin.ifPresent(server -> say("  traces     %s", server.base()));

      var telemetry = opened.push(Telemetry.open(telemetryConfig(zipkin), "demo"));
      var client =
          opened.push(
              Tidewatch.connect(
                  standalone
                      .addresses()
                      .connection()
                      .withOpenTelemetry(telemetry.openTelemetry())));
      play(client, clock, zipkin, opened);
    }
  }

  private void play(
      Tidewatch client, HeldClock clock, Optional<ZipkinServer> zipkin, CloseStack opened)
      throws IOException, InterruptedException {
    var generator =
        new BuildingGenerator(
            options.seed(),
            timeline.start(),
            timeline.liveStart(),
            timeline.liveEnd(),
            timeline.step());
    var feed = opened.push(BuildingFeed.open(client.ingest(), generator));
    say("Sending 90 days of history …");
    feed.backFill(timeline.liveStart(), sent -> {});
    say("%,d readings are stored.", feed.writer().totals().accepted());

    say("Training …");
    new BuildingModels(client, clock, options.seed(), line -> say("  %s", line))
        .trainAndAssign(timeline);

    var anomalies =
        opened.push(
            new AnomalyCollector(
                client.monitor(), feed, anomaly -> say("  %s", DemoText.line(anomaly))));
    var probe =
        opened.push(
            new ForecastProbe(
                client.inference(), BuildingPoint.ELECTRIC_POWER.series(), FORECAST_PACE));
    var score = new DemoScore(client.monitor(), feed, anomalies, probe, timeline);
    var summary = opened.push(new DemoSummary(SUMMARY_PACE, clock, score, line -> say("%s", line)));

    var pace =
        opened.push(new DetectionPace(client.inference(), clock, BuildingPoint.values().length));
    say("Live, %,.0f times as fast as time goes …", timeline.factor());
    clock.run();
    feed.stream(timeline.liveEnd(), clock, pace);
    score.awaitSettled(SETTLE_MAX);
    var verdict = generator.judge().judge(anomalies.listed());
    summary.pause();
    say("%s", DemoText.verdict(verdict));
    printTrace(zipkin, anomalies);
    var figures = score.figures(verdict).put("seconds", (System.nanoTime() - startedNanos) / 1e9);
    if (options.once()) {
      figuresOut.println(figures.toJsonLine("demo", MachineDescription.here()));
      figuresOut.flush();
      return;
    }
    say("%s", figures.toJsonLine("demo", MachineDescription.here()));
    say("The scenario is over; the building goes on without faults until Ctrl-C.");
    summary.resume();
    feed.stream(Instant.MAX, clock, pace);
  }

  private Optional<ZipkinServer> startZipkin(CloseStack opened, Path folder)
      throws IOException, InterruptedException {
    if (options.zipkinJar().isEmpty()) {
      return Optional.empty();
    }
    say("Starting Zipkin …");
    return Optional.of(
        opened.push(ZipkinServer.start(options.zipkinJar().get(), folder.resolve("zipkin.log"))));
  }

  private StandaloneConfig config(Path folder, Optional<ZipkinServer> zipkin) {
    var config = StandaloneConfig.in(folder).withPorts(options.ports());
    return zipkin
        .map(server ->
            config.withFlags(
                List.of("ingest", "registry", "inference", "monitor").stream()
                    .map(name ->
                        "--%s.telemetry.properties=%s"
                            .formatted(name, String.join(",", exporting(server))))
                    .toList()))
        .orElse(config);
  }

  private static TelemetryConfig telemetryConfig(Optional<ZipkinServer> zipkin) {
    return zipkin
        .map(server -> new TelemetryConfig(true, "127.0.0.1", Optional.empty(), exporting(server)))
        .orElseGet(TelemetryConfig::off);
  }

  private static List<String> exporting(ZipkinServer zipkin) {
    return List.of(
        "otel.traces.exporter=zipkin",
        "otel.exporter.zipkin.endpoint=" + zipkin.base().resolve("/api/v2/spans"));
  }

  private void printTrace(Optional<ZipkinServer> zipkin, AnomalyCollector anomalies)
      throws IOException, InterruptedException {
    String traceId = anomalies.traceId();
    if (zipkin.isPresent() && traceId != null) {
      zipkin.get().await(traceId);
      say(
          "A trace from the client's batch to the anomaly record:%n  %s",
          zipkin.get().tracePage(traceId));
    }
  }

  @FormatMethod
  private void say(String format, Object... values) {
    synchronized (out) {
      out.printf("%4.0f s  ", seconds());
      out.printf(format + "%n", values);
      out.flush();
    }
  }

  private double seconds() {
    return (System.nanoTime() - startedNanos) / 1e9;
  }
}
