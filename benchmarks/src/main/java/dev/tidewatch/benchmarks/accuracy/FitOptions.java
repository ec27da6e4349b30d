package dev.tidewatch.benchmarks.accuracy;

import dev.tidewatch.models.ModelFamilies;
import dev.tidewatch.models.all.AllFamilies;
import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.forecast.AdaptiveIntervals;
import dev.tidewatch.models.forecast.ForecastFamily;
import dev.tidewatch.models.forecast.ForecastTraining;
import dev.tidewatch.models.forecast.Forecaster;
import dev.tidewatch.models.training.Provenance;
import dev.tidewatch.models.training.TrainingProgress;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.SeriesName;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which family the forecast benches fit, and with what. */
final class FitOptions {
  /** The newest that is recommended first; the first that is there is the default. */
  private static final List<String> RECOMMENDED = List.of("auto", "ridge", "ensemble");

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description = "Forecast family (default: the recommended one, auto).")
  private @Nullable String model;

  @Option(
      names = {"-P", "--parameter"},
      paramLabel = "NAME=VALUE",
      description = "A parameter of the family; may be repeated.")
  private Map<String, String> parameters = new TreeMap<>();

  @Option(
      names = "--static-intervals",
      description = {
        "Leaves intervals as the fit calibrated them, instead of recalibrating them with the",
        "truth that is known at each origin."
      })
  private boolean staticIntervals;

  private final ModelFamilies families = AllFamilies.create();

  String name() {
    if (model != null) {
      return model;
    }
    return RECOMMENDED.stream()
        .filter(families.forecastIds()::contains)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("none of " + RECOMMENDED + " is there"));
  }

  /** The family; null after a word on standard error if there is none of the name. */
  @Nullable ForecastFamily family() {
    ForecastFamily family = families.forecastFamily(name()).orElse(null);
    if (family == null) {
      System.err.printf(
          "no forecast family '%s'; there are: %s%n",
          name(), String.join(", ", families.forecastIds().stream().sorted().toList()));
    }
    return family;
  }

  /** A family that a scorer needs, without the parameters. */
  ForecastFamily family(String id) {
    return families
        .forecastFamily(id)
        .orElseThrow(() -> new IllegalStateException("family " + id + " is missing"));
  }

  /** Recalibration of one series' intervals with a model's rates; null if they stay as they are. */
  @Nullable AdaptiveIntervals adaptive(Fitted fitted, List<Double> levels, int horizon) {
    return staticIntervals
        ? null
        : AdaptiveIntervals.of(levels, horizon, fitted.forecaster().manifest().parameters());
  }

  /** A model and the length of its bundle. */
  record Fitted(Forecaster forecaster, long bundleBytes) {}

  Fitted fit(
      ForecastFamily family,
      SortedMap<SeriesName, GridWindow> series,
      int horizon,
      List<Double> levels) {
    return fit(family, series, horizon, levels, parameters);
  }

  static Fitted fit(
      ForecastFamily family,
      SortedMap<SeriesName, GridWindow> series,
      int horizon,
      List<Double> levels,
      Map<String, String> parameters) {
    Bundle bundle =
        family.fit(
            new ForecastTraining(
                series,
                horizon,
                levels,
                Parameters.of(parameters),
                new Provenance("00".repeat(32), "bench", 1),
                TrainingProgress.SILENT));
    return new Fitted(family.load(bundle), bundle.toBytes().length);
  }
}
