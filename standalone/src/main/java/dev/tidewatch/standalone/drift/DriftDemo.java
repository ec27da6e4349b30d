package dev.tidewatch.standalone.drift;

import com.google.errorprone.annotations.FormatMethod;
import dev.tidewatch.models.all.AllFamilies;
import dev.tidewatch.proto.monitor.v1.StoryLine;
import dev.tidewatch.sdk.ProtoTimes;
import dev.tidewatch.sdk.Tidewatch;
import dev.tidewatch.serverkit.lifecycle.CloseStack;
import dev.tidewatch.standalone.HeldClock;
import dev.tidewatch.standalone.Standalone;
import dev.tidewatch.standalone.StandaloneConfig;
import dev.tidewatch.standalone.demo.DemoFolder;
import dev.tidewatch.standalone.demo.DemoOptions;
import dev.tidewatch.standalone.figures.Figures;
import dev.tidewatch.standalone.figures.MachineDescription;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/**
 * {@code tidewatch demo --scenario drift}: starts the four servers, plays the scenario, prints its
 * story and its figures. Runs on the calling thread, which may be interrupted.
 */
public final class DriftDemo {
  /** A Monday at midnight. */
  public static final Instant START = Instant.parse("2026-03-02T00:00:00Z");

  private final DemoOptions options;
  private final InstantSource realTime;
  private final PrintStream figuresOut;
  private final PrintStream out;
  private final long startedNanos = System.nanoTime();

  public DriftDemo(DemoOptions options, InstantSource realTime, PrintStream out, PrintStream err) {
    this.options = options;
    this.realTime = realTime;
    this.figuresOut = out;
    this.out = options.json() ? err : out;
  }

  /**
   * Plays it and ends.
   *
   * @throws InterruptedException when interrupted; everything is closed by then
   */
  public void run() throws IOException, InterruptedException {
    var opened = new CloseStack();
    try (opened) {
      Path folder = opened.push(DemoFolder.of(options.data())).path();
      var clock = new HeldClock(START, options.factor(), realTime);
      var standalone = opened.push(Standalone.launch(config(folder, options.ports()), clock));
      say("%s", standalone.welcome());
      var client = opened.push(Tidewatch.connect(standalone.addresses().connection()));
      var outcome =
          new DriftScenario(
                  client, clock, AllFamilies.create(), options.seed(), line -> say("%s", line))
              .play();
      say("The story (tidewatch monitor why %s):", DriftScenario.MODEL);
      for (StoryLine line : outcome.story()) {
        say("  %s  %-9s %s", ProtoTimes.instant(line.getTime()), line.getTopic(), line.getText());
      }
      String figures = figures(outcome).toJsonLine("demo", MachineDescription.here());
      (options.once() ? figuresOut : out).println(figures);
    }
  }

  /**
   * The scenario trains with workers of its own; what looks around by the wall clock looks often,
   * since hours pass in moments.
   */
  public static StandaloneConfig config(Path folder, StandaloneConfig.Ports ports) {
    return StandaloneConfig.in(folder)
        .withPorts(ports)
        .withFlags(
            List.of(
                "--trainer.enabled=false",
                "--monitor.retrain-interval=250ms",
                "--monitor.trial-interval=100ms",
                "--monitor.alert-interval=250ms"));
  }

  private Figures figures(DriftScenario.Outcome outcome) {
    return new Figures()
        .put("retrains", outcome.retrains())
        .put("gate_refusals", outcome.gateRefusals())
        .put("canary_rollbacks", outcome.canaryRollbacks())
        .put("promotions", outcome.promotions())
        .put("mape_before", outcome.mapeBefore())
        .put("mape_during", outcome.mapeDuring())
        .put("mape_after", outcome.mapeAfter())
        .put("alerts", outcome.alerts())
        .put("bad_refused", outcome.badRefused() ? 1 : 0)
        .put("deceiver_rolled_back", outcome.deceiverRolledBack() ? 1 : 0)
        .put("seconds", (System.nanoTime() - startedNanos) / 1e9);
  }

  @FormatMethod
  private void say(String format, Object... values) {
    out.printf("%4.0f s  ", (System.nanoTime() - startedNanos) / 1e9);
    out.printf(format + "%n", values);
    out.flush();
  }
}
