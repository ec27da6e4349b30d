package dev.tidewatch.timeseries.features;

import dev.tidewatch.timeseries.Grid;
import java.util.Arrays;

/**
 * The rows of a recipe, interval by interval as values come; the same numbers to the last bit as
 * {@link FeatureRows} over the same history. Keeps {@link FeatureRecipe#historyIntervals} values of
 * each role. Owned by one thread.
 */
public final class FeatureStream {
  private final FeatureRecipe recipe;
  private final FeatureEvaluation evaluation;
  private final double[][] kept;
  private final int capacity;
  private long newest;
  private boolean started;

  /**
   * @throws IllegalArgumentException if the recipe has scalers that have not been fitted
   */
  public FeatureStream(FeatureRecipe recipe, Grid grid) {
    this.recipe = recipe;
    this.evaluation = new FeatureEvaluation(recipe, grid);
    this.capacity = Math.max(1, recipe.historyIntervals());
    this.kept = new double[recipe.roles().size()][capacity];
    for (double[] role : kept) {
      Arrays.fill(role, Double.NaN);
    }
  }

  /**
   * Takes in the next interval; intervals left out since the one before are missing.
   *
   * @param index later than any before
   * @param values one for each of {@link FeatureRecipe#roles}, in order; {@code NaN} where missing
   */
  public void add(long index, double... values) {
    if (values.length != kept.length) {
      throw new IllegalArgumentException(
          "%d values for the roles %s".formatted(values.length, String.join(", ", recipe.roles())));
    }
    if (started && index <= newest) {
      throw new IllegalArgumentException(
          "interval %d does not come after %d".formatted(index, newest));
    }
    if (started) {
      for (long i = Math.max(newest + 1, index - capacity + 1); i < index; i++) {
        for (double[] role : kept) {
          role[cell(i)] = Double.NaN;
        }
      }
    }
    for (int role = 0; role < kept.length; role++) {
      kept[role][cell(index)] = values[role];
    }
    newest = index;
    started = true;
  }

  /**
   * The row of the newest interval.
   *
   * @param ahead intervals from there to the one that is described, at least 0
   * @throws IllegalStateException if no interval was added
   */
  public double[] row(int ahead) {
    return rows(ahead, 1)[0];
  }

  /** Rows that describe consecutive intervals, all seen from the newest; see {@link #row}. */
  public double[][] rows(int firstAhead, int count) {
    if (!started) {
      throw new IllegalStateException("the stream has no interval yet");
    }
    var rows = new double[count][recipe.size()];
    evaluation.fill(
        (role, steps) -> steps >= capacity ? Double.NaN : kept[role][cell(newest - steps)],
        newest,
        firstAhead,
        rows);
    return rows;
  }

  private int cell(long index) {
    return (int) Math.floorMod(index, (long) capacity);
  }
}
