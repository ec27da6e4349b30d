package dev.tidewatch.standalone.demo;

import dev.tidewatch.models.all.AllFamilies;
import dev.tidewatch.models.training.TrainingProgress;
import dev.tidewatch.proto.inference.v1.ServedState;
import dev.tidewatch.proto.registry.v1.Task;
import dev.tidewatch.sdk.Tidewatch;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.trainer.Publication;
import dev.tidewatch.trainer.Trainer;
import dev.tidewatch.trainer.TrainingPlan;
import dev.tidewatch.trainer.TrainingReport;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * Trains what runs on the building, as any user would through the trainer: one forecaster over the
 * series that somebody plans with, and one detector over all.
 */
final class BuildingModels {
  /** Days, weeks and a trend, which the meter follows: seasonal naive errs half as much again. */
  static final String FORECAST_FAMILY = "additive";

  static final String DETECTOR_FAMILY = "zscore";

  private static final String FORECASTER = "building-day-ahead";
  private static final String DETECTOR = "building-detector";
  private static final String CODE_VERSION = "demo";
  private static final Duration SERVED_POLL = Duration.ofMillis(50);
  private static final int HORIZON_HOURS = 24;
  private static final Grid HOURS =
      Grid.ofStep(Duration.ofHours(1))
          .withZone(BuildingGenerator.ZONE)
          .withLateness(Duration.ofMinutes(10));
  private static final List<BuildingPoint> FORECAST =
      List.of(
          BuildingPoint.ELECTRIC_POWER,
          BuildingPoint.HEAT_POWER,
          BuildingPoint.ELECTRICITY_PRICE,
          BuildingPoint.ROOM_101_CO2);

  private final Tidewatch client;
  private final InstantSource clock;
  private final long seed;
  private final Consumer<String> out;

  /**
   * @param clock domain time, which must stand at the end of the history
   * @param out hears a line for each model
   */
  BuildingModels(Tidewatch client, InstantSource clock, long seed, Consumer<String> out) {
    this.client = client;
    this.clock = clock;
    this.seed = seed;
    this.out = out;
  }

  /**
   * Trains both on the history and assigns them: forecasts every hour, detection on the feed.
   * Returns when inference serves both.
   */
  void trainAndAssign(DemoTimeline timeline) throws IOException, InterruptedException {
    var all = Arrays.asList(BuildingPoint.values());
    var forecaster = train(FORECASTER, FORECAST_FAMILY, FORECAST, timeline);
    var detector = train(DETECTOR, DETECTOR_FAMILY, all, timeline);
    var publication = new Publication(client.registry());
    publication.promote(forecaster);
    publication.promote(detector);
    for (var point : FORECAST) {
      publication.assign(FORECASTER, Task.TASK_FORECAST, name(point), 1);
    }
    for (var point : all) {
      publication.assign(DETECTOR, Task.TASK_DETECT, name(point), 0);
    }
    while (!isServed(FORECASTER) || !isServed(DETECTOR)) {
      Thread.sleep(SERVED_POLL);
    }
  }

  private boolean isServed(String model) {
    return client
        .inference()
        .listServedModels(model)
        .anyMatch(served -> served.getState() == ServedState.SERVED_STATE_READY);
  }

  private TrainingReport train(
      String model, String family, List<BuildingPoint> points, DemoTimeline timeline)
      throws IOException {
    var plan =
        TrainingPlan.of(
                model,
                family,
                points.stream().map(BuildingModels::name).toList(),
                HOURS,
                HORIZON_HOURS)
            .within(timeline.start(), timeline.liveStart())
            .withSeed(seed);
    var report =
        new Trainer(client, AllFamilies.create(), clock, CODE_VERSION)
            .train(plan, TrainingProgress.SILENT);
    out.accept(
        "%s %s (%s) from %,d readings of %d series%s"
            .formatted(
                report.model(),
                report.version(),
                report.family(),
                report.readings(),
                points.size(),
                report.metrics().isEmpty() ? "" : ": " + metrics(report)));
    return report;
  }

  private static String metrics(TrainingReport report) {
    return String.join(
        ", ",
        report.metrics().entrySet().stream()
            .map(metric -> "%s %.3g".formatted(metric.getKey(), metric.getValue()))
            .toList());
  }

  private static SeriesName name(BuildingPoint point) {
    return new SeriesName(point.series());
  }
}
