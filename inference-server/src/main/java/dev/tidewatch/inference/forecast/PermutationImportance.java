package dev.tidewatch.inference.forecast;

import dev.tidewatch.models.bundle.BundleManifest;
import dev.tidewatch.models.forecast.Forecast;
import dev.tidewatch.models.forecast.ForecastInput;
import dev.tidewatch.models.forecast.Forecaster;
import dev.tidewatch.timeseries.GridWindow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * How much worse the forecasts of a series' recent past get when one input is taken from another
 * moment: the permutation importance of Breiman (2001), with origins as rows and groups of lags,
 * and covariates, as columns. Stateless.
 */
final class PermutationImportance {
  static final int ORIGINS = 24;
  static final int ORIGINS_MIN = 4;
  private static final int REPEATS = 3;

  private PermutationImportance() {}

  /** How many intervals before the origin are wanted, the actual values of the past included. */
  static int intervals(BundleManifest manifest, int horizon) {
    return Math.max(1, manifest.historyIntervals()) + horizon + (ORIGINS - 1) * spacing(horizon);
  }

  private static int spacing(int horizon) {
    return Math.clamp(horizon / 4, 1, 24);
  }

  /** One past forecast: what was seen, and what came. */
  private record Row(List<GridWindow> windows, GridWindow actual) {}

  /**
   * Rise of the mean absolute error by group, below 0 where it fell; empty if fewer than {@link
   * #ORIGINS_MIN} past forecasts can be made.
   *
   * @param input of {@link #intervals} intervals
   */
  static Map<String, Double> of(
      Forecaster forecaster, ForecastInput input, int horizon, SplittableRandom random) {
    List<Row> rows = rows(forecaster.manifest(), input, horizon);
    if (rows.size() < ORIGINS_MIN) {
      return Map.of();
    }
    double plain = error(forecaster, input, rows, horizon);
    var rises = new LinkedHashMap<String, Double>();
    for (InputGroups.Group group : InputGroups.of(forecaster.manifest())) {
      double sum = 0;
      for (int repeat = 0; repeat < REPEATS; repeat++) {
        sum += error(forecaster, input, permuted(rows, group, random), horizon);
      }
      rises.put(group.name(), sum / REPEATS - plain);
    }
    return rises;
  }

  private static List<Row> rows(BundleManifest manifest, ForecastInput input, int horizon) {
    int seen = Math.max(1, manifest.historyIntervals());
    GridWindow target = input.target();
    var rows = new ArrayList<Row>();
    for (int end = target.size() - horizon; end >= seen; end -= spacing(horizon)) {
      final int origin = end;
      GridWindow history = target.slice(origin - seen, origin);
      GridWindow actual = target.slice(origin, origin + horizon);
      if (history.missingCount() <= seen / 2 && actual.missingCount() < horizon) {
        rows.add(
            new Row(
                input.windows().stream().map(w -> w.slice(origin - seen, origin)).toList(),
                actual));
      }
    }
    return rows;
  }

  private static List<Row> permuted(
      List<Row> rows, InputGroups.Group group, SplittableRandom random) {
    int[] order = shuffled(rows.size(), random);
    var permuted = new ArrayList<Row>();
    for (int i = 0; i < rows.size(); i++) {
      Row row = rows.get(i);
      Row other = rows.get(order[i]);
      var windows = new ArrayList<>(row.windows());
      GridWindow own = windows.get(group.role());
      double[] values = own.values();
      for (int lag = group.fromLag(); lag <= Math.min(group.toLag(), values.length); lag++) {
        int at = values.length - lag;
        values[at] = other.windows().get(group.role()).value(at);
      }
      windows.set(group.role(), GridWindow.of(own.grid(), own.firstIndex(), values));
      permuted.add(new Row(windows, row.actual()));
    }
    return permuted;
  }

  /** Sattolo's algorithm: one cycle, so that no row stays where it is. */
  private static int[] shuffled(int size, SplittableRandom random) {
    var order = new int[size];
    for (int i = 0; i < size; i++) {
      order[i] = i;
    }
    for (int i = size - 1; i > 0; i--) {
      int other = random.nextInt(i);
      int moved = order[i];
      order[i] = order[other];
      order[other] = moved;
    }
    return order;
  }

  private static double error(
      Forecaster forecaster, ForecastInput input, List<Row> rows, int horizon) {
    double sum = 0;
    long count = 0;
    for (Row row : rows) {
      Forecast forecast =
          forecaster.forecast(new ForecastInput(row.windows(), input.series()), horizon, List.of());
      for (int step = 0; step < horizon; step++) {
        if (!row.actual().isMissing(step)) {
          sum += Math.abs(forecast.mean(step) - row.actual().value(step));
          count++;
        }
      }
    }
    return sum / count;
  }
}
