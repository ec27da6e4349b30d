package dev.tidewatch.models.tribuo.trees;

import dev.tidewatch.models.forecast.Gaps;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.features.FeatureRecipe;
import dev.tidewatch.timeseries.features.FeatureRows;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * One series with its covariates, from its first value on, as the trees see it. Owned by one
 * thread.
 */
final class SeriesRows {
  /** Without gaps. */
  private final double[] values;

  /** With gaps: what is learnt and judged by. */
  private final double[] actual;

  private final Map<String, GridWindow> windows;
  private final Map<FeatureRecipe, FeatureRows> byRecipe = new HashMap<>();

  private SeriesRows(double[] values, double[] actual, Map<String, GridWindow> windows) {
    this.values = values;
    this.actual = actual;
    this.windows = windows;
  }

  /**
   * @param target gaps unfilled
   * @param covariates by role, with the target's intervals, gaps unfilled
   */
  static SeriesRows of(GridWindow target, Map<String, GridWindow> covariates) {
    GridWindow closed = Gaps.close(target);
    int from = target.size() - closed.size();
    var windows = new TreeMap<String, GridWindow>();
    covariates.forEach(
        (role, window) -> windows.put(role, window.filled().slice(from, window.size())));
    windows.put(FeatureRecipe.TARGET, closed);
    return new SeriesRows(closed.values(), target.slice(from, target.size()).values(), windows);
  }

  int size() {
    return values.length;
  }

  /** {@code NaN} where missing. */
  double actual(int offset) {
    return actual[offset];
  }

  /** The value, or what stands for it where it is missing. */
  double closed(int offset) {
    return values[offset];
  }

  double unit(Frame frame, int end) {
    return frame.unit(values, end);
  }

  FeatureRows rows(FeatureRecipe recipe) {
    return byRecipe.computeIfAbsent(recipe, asked -> FeatureRows.of(asked, windows));
  }
}
