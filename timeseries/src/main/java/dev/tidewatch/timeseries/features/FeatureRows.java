package dev.tidewatch.timeseries.features;

import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.GridWindow;
import java.util.Map;

/**
 * The rows of a recipe over stored histories. What a row says depends on the values up to its own
 * interval only, and on no more than {@link FeatureRecipe#historyIntervals} of them: a longer
 * history, or a later end, does not change a bit of it. Owned by one thread.
 */
public final class FeatureRows {
  private final FeatureRecipe recipe;
  private final FeatureEvaluation evaluation;
  private final double[][] values;
  private final long firstIndex;
  private final int intervals;

  private FeatureRows(FeatureRecipe recipe, Grid grid, double[][] values, long firstIndex, int n) {
    this.recipe = recipe;
    this.evaluation = new FeatureEvaluation(recipe, grid);
    this.values = values;
    this.firstIndex = firstIndex;
    this.intervals = n;
  }

  /**
   * @param histories a window for each role of the recipe, with the same intervals of the same
   *     grid; other roles are left alone; for a recipe of calendar features alone, any one
   * @throws IllegalArgumentException if a role is missing, windows differ in their intervals, or
   *     the recipe has scalers that have not been fitted
   */
  public static FeatureRows of(FeatureRecipe recipe, Map<String, GridWindow> histories) {
    if (histories.isEmpty()) {
      throw new IllegalArgumentException("features need at least one series");
    }
    GridWindow any = histories.values().iterator().next();
    var values = new double[recipe.roles().size()][];
    for (int i = 0; i < values.length; i++) {
      GridWindow window = histories.get(recipe.roles().get(i));
      if (window == null) {
        throw new IllegalArgumentException(
            "the recipe reads a series in the role %s; given are %s"
                .formatted(recipe.roles().get(i), String.join(", ", histories.keySet())));
      }
      if (window.firstIndex() != any.firstIndex()
          || window.size() != any.size()
          || !window.grid().equals(any.grid())) {
        throw new IllegalArgumentException(
            "windows of roles differ: %s and %s".formatted(any, window));
      }
      values[i] = window.values();
    }
    return new FeatureRows(recipe, any.grid(), values, any.firstIndex(), any.size());
  }

  /** How many intervals there are. */
  public int intervals() {
    return intervals;
  }

  /**
   * The row of an interval.
   *
   * @param offset of the newest known interval, 0 to below {@link #intervals}
   * @param ahead intervals from there to the one that is described, at least 0
   */
  public double[] row(int offset, int ahead) {
    return rows(offset, ahead, 1)[0];
  }

  /**
   * Rows that describe consecutive intervals, all seen from the same newest one.
   *
   * @param offset of the newest known interval, 0 to below {@link #intervals}
   * @param firstAhead intervals from there to the one that the first row describes, at least 0
   * @param count rows
   */
  public double[][] rows(int offset, int firstAhead, int count) {
    if (offset < 0 || offset >= intervals) {
      throw new IndexOutOfBoundsException("offset %d of %d intervals".formatted(offset, intervals));
    }
    var rows = new double[count][recipe.size()];
    evaluation.fill(
        (role, steps) -> steps > offset ? Double.NaN : values[role][offset - steps],
        firstIndex + offset,
        firstAhead,
        rows);
    return rows;
  }
}
