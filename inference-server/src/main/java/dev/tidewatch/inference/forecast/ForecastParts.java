package dev.tidewatch.inference.forecast;

import dev.tidewatch.models.bundle.BundleManifest;
import dev.tidewatch.models.forecast.ForecastInput;
import dev.tidewatch.models.forecast.Forecaster;
import dev.tidewatch.timeseries.GridWindow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * What each part of the history adds to a forecast. The model is asked with the level of the
 * history alone, then with its trend too, then its seasons, then the rest, and last the covariates,
 * which are at their means until then; each difference is a part, so that the parts add up to the
 * forecast exactly, whatever the model. A part's size depends on that order, as for every model
 * whose inputs work together. Stateless.
 */
final class ForecastParts {
  private ForecastParts() {}

  /** By name, in the order in which they were added; one value per step. */
  static SequencedMap<String, double[]> of(
      Forecaster forecaster, ForecastInput input, int horizon) {
    BundleManifest manifest = forecaster.manifest();
    var windows = new ArrayList<>(input.windows());
    for (int role = 1; role < windows.size(); role++) {
      windows.set(role, atMean(windows.get(role)));
    }
    var parts = new LinkedHashMap<String, double[]>();
    GridWindow target = input.target();
    var known = new double[target.size()];
    double[] before = new double[horizon];
    for (HistoryParts.Part part : HistoryParts.of(target)) {
      for (int i = 0; i < known.length; i++) {
        known[i] += part.values().value(i);
      }
      boolean isWhole = part.name().equals("lags");
      windows.set(0, isWhole ? target : GridWindow.of(target.grid(), target.firstIndex(), known));
      before = added(parts, part.name(), before, forecaster, windows, input, horizon);
    }
    for (int role = 1; role < windows.size(); role++) {
      windows.set(role, input.windows().get(role));
      String name = "covariate_" + manifest.roles().get(role).name();
      before = added(parts, name, before, forecaster, windows, input, horizon);
    }
    return parts;
  }

  private static double[] added(
      SequencedMap<String, double[]> parts,
      String name,
      double[] before,
      Forecaster forecaster,
      List<GridWindow> windows,
      ForecastInput input,
      int horizon) {
    double[] now =
        forecaster.forecast(new ForecastInput(windows, input.series()), horizon, List.of()).means();
    var difference = new double[horizon];
    for (int step = 0; step < horizon; step++) {
      difference[step] = now[step] - before[step];
    }
    parts.put(name, difference);
    return now;
  }

  private static GridWindow atMean(GridWindow window) {
    double[] values = window.values();
    double mean = Arrays.stream(values).filter(v -> !Double.isNaN(v)).average().orElse(0);
    for (int i = 0; i < values.length; i++) {
      values[i] = Double.isNaN(values[i]) ? Double.NaN : mean;
    }
    return GridWindow.of(window.grid(), window.firstIndex(), values);
  }
}
