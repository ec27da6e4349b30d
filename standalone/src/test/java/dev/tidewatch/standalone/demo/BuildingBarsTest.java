package dev.tidewatch.standalone.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.models.all.AllFamilies;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.detection.Detector;
import dev.tidewatch.models.detection.DetectorFamily;
import dev.tidewatch.models.detection.DetectorModel;
import dev.tidewatch.models.detection.DetectorTraining;
import dev.tidewatch.models.forecast.Forecast;
import dev.tidewatch.models.forecast.ForecastFamily;
import dev.tidewatch.models.forecast.ForecastInput;
import dev.tidewatch.models.forecast.ForecastTraining;
import dev.tidewatch.models.forecast.Forecaster;
import dev.tidewatch.models.training.Provenance;
import dev.tidewatch.models.training.TrainingProgress;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.ReadingColumns;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.timeseries.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * What the demo promises, for seeds of which some are hard: its families, building and judge,
 * without servers and clocks. {@code ./tidewatch bench demo} runs the whole.
 */
class BuildingBarsTest {
  private static final DemoTimeline TIMELINE = DemoTimeline.atFactor(1);
  private static final Grid HOURS =
      Grid.ofStep(Duration.ofHours(1)).withZone(BuildingGenerator.ZONE);
  private static final int HORIZON = 24;
  private static final Provenance PROVENANCE = new Provenance("0".repeat(64), "test", 1);

  /** Readings of each point before and after the faults begin. */
  private record Building(
      FaultJudge judge,
      Map<BuildingPoint, ReadingColumns> history,
      Map<BuildingPoint, ReadingColumns> live) {
    static Building of(long seed) {
      var generator =
          new BuildingGenerator(
              seed, TIMELINE.start(), TIMELINE.liveStart(), TIMELINE.liveEnd(), TIMELINE.step());
      Map<BuildingPoint, ReadingColumns> history = columns(generator, TIMELINE.liveStart());
      return new Building(generator.judge(), history, columns(generator, TIMELINE.liveEnd()));
    }

    private static Map<BuildingPoint, ReadingColumns> columns(
        BuildingGenerator generator, Instant end) {
      var builders = new EnumMap<BuildingPoint, ReadingColumns.Builder>(BuildingPoint.class);
      while (generator.nextTime().isBefore(end)) {
        var sample = generator.next();
        long micros = Times.toMicros(sample.time());
        for (var point : BuildingPoint.values()) {
          builders
              .computeIfAbsent(point, p -> ReadingColumns.builder())
              .add(micros, sample.value(point));
        }
      }
      var columns = new EnumMap<BuildingPoint, ReadingColumns>(BuildingPoint.class);
      builders.forEach((point, builder) -> columns.put(point, builder.build()));
      return columns;
    }

    ReadingColumns history(BuildingPoint point) {
      return Objects.requireNonNull(history.get(point));
    }

    ReadingColumns live(BuildingPoint point) {
      return Objects.requireNonNull(live.get(point));
    }
  }

  private static FaultVerdict detected(Building building) {
    DetectorFamily family =
        AllFamilies.create().detectorFamily(BuildingModels.DETECTOR_FAMILY).orElseThrow();
    var readings = new TreeMap<SeriesName, ReadingColumns>();
    for (var point : BuildingPoint.values()) {
      readings.put(new SeriesName(point.series()), building.history(point));
    }
    DetectorModel model =
        family.load(
            family.fit(
                new DetectorTraining(
                    readings, HOURS, Parameters.NONE, PROVENANCE, TrainingProgress.SILENT)));
    var listed = new ArrayList<ListedAnomaly>();
    for (var point : BuildingPoint.values()) {
      Detector detector = model.start(new SeriesName(point.series()));
      ReadingColumns live = building.live(point);
      for (int row = 0; row < live.size(); row++) {
        if (detector.score(live.timeMicros(row), live.value(row)).anomaly()) {
          Instant time = Times.toInstant(live.timeMicros(row));
          listed.add(new ListedAnomaly(point + " " + time, point.series(), time, time));
        }
      }
    }
    return building.judge().judge(listed);
  }

  /** Mean absolute percentage error of a day ahead from each hour, of what became known. */
  private static double energyError(Building building) {
    ForecastFamily family =
        AllFamilies.create().forecastFamily(BuildingModels.FORECAST_FAMILY).orElseThrow();
    var meter = BuildingPoint.ELECTRIC_POWER;
    var name = new SeriesName(meter.series());
    GridWindow history = GridWindow.resample(HOURS, building.history(meter));
    GridWindow live = GridWindow.resample(HOURS, building.live(meter));
    Forecaster forecaster =
        family.load(
            family.fit(
                new ForecastTraining(
                    new TreeMap<>(Map.of(name, history)),
                    HORIZON,
                    List.of(0.9),
                    Parameters.NONE,
                    PROVENANCE,
                    TrainingProgress.SILENT)));
    var values = new double[history.size() + live.size()];
    System.arraycopy(history.values(), 0, values, 0, history.size());
    System.arraycopy(live.values(), 0, values, history.size(), live.size());
    GridWindow all = GridWindow.of(HOURS, history.firstIndex(), values);
    double sum = 0;
    int count = 0;
    for (int origin = history.size(); origin < values.length; origin++) {
      GridWindow known = all.slice(0, origin).last(forecaster.manifest().historyIntervals());
      Forecast forecast = forecaster.forecast(ForecastInput.of(name, known), HORIZON, List.of(0.9));
      for (int step = 0; step < HORIZON && origin + step < values.length; step++) {
        double actual = values[origin + step];
        if (actual != 0) {
          sum += Math.abs(forecast.mean(step) - actual) / Math.abs(actual);
          count++;
        }
      }
    }
    return 100 * sum / count;
  }

  @Test
  void faultsAreFoundWithoutManyFalseAlarmsAndEnergyIsForecast() {
    for (long seed : new long[] {5, 23, 303}) {
      Building building = Building.of(seed);
      FaultVerdict verdict = detected(building);
      double error = energyError(building);
      System.out.printf(
          "seed %d: %d of %d faults found, %d false alarms, MAPE %.1f %%%n",
          seed, verdict.found(), verdict.planted(), verdict.falseAlarms(), error);
      assertThat(verdict.found())
          .as("seed %d, missed %s", seed, verdict.missed())
          .isGreaterThanOrEqualTo((int) Math.ceil(0.8 * verdict.planted()));
      assertThat(verdict.falseAlarms())
          .as("seed %d, %s", seed, verdict.falselyAccused())
          .isLessThanOrEqualTo(verdict.planted());
      assertThat(error).as("seed %d", seed).isLessThan(10);
    }
  }
}
