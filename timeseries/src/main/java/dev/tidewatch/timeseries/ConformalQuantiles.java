package dev.tidewatch.timeseries;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Conformalised quantile regression (Romano, Patterson and Candes 2019) per horizon step: a model's
 * quantile band is widened, or narrowed, by the finite-sample quantile of how far values of a
 * calibration set lay outside it. Immutable.
 *
 * <p>A band is given for some levels only; any other level is served from the nearest of them.
 */
public final class ConformalQuantiles {
  private final List<Double> levels;

  /** By level, then step, ascending. */
  private final double[][][] scores;

  private ConformalQuantiles(List<Double> levels, double[][][] scores) {
    this.levels = levels;
    this.scores = scores;
  }

  /**
   * How far outside the band a value is, negative inside: max(lower - value, value - upper).
   *
   * @param lower no greater than upper
   */
  public static double score(double lower, double upper, double value) {
    return Math.max(lower - value, value - upper);
  }

  /**
   * @param levels nominal coverages of the bands, ascending, each between 0 and 1
   * @param scores by level, then horizon step: at least one finite {@link #score}
   */
  public static ConformalQuantiles of(List<Double> levels, double[][][] scores) {
    if (levels.isEmpty() || scores.length != levels.size()) {
      throw new IllegalArgumentException(
          "scores for %d of %d levels".formatted(scores.length, levels.size()));
    }
    double previous = 0;
    for (double level : levels) {
      if (!(level > previous && level < 1)) {
        throw new IllegalArgumentException(
            "levels are %s; they must ascend between 0 and 1".formatted(levels));
      }
      previous = level;
    }
    var sorted = new double[scores.length][][];
    for (int level = 0; level < scores.length; level++) {
      if (scores[level].length == 0 || scores[level].length != scores[0].length) {
        throw new IllegalArgumentException("levels have scores for different numbers of steps");
      }
      sorted[level] = new double[scores[level].length][];
      for (int step = 0; step < scores[level].length; step++) {
        double[] ascending = scores[level][step].clone();
        Arrays.sort(ascending);
        if (ascending.length == 0
            || !Double.isFinite(ascending[0])
            || !Double.isFinite(ascending[ascending.length - 1])) {
          throw new IllegalArgumentException(
              "step %d has no scores, or one that is not finite".formatted(step + 1));
        }
        sorted[level][step] = ascending;
      }
    }
    return new ConformalQuantiles(List.copyOf(levels), sorted);
  }

  public List<Double> levels() {
    return levels;
  }

  public int steps() {
    return scores[0].length;
  }

  /** Scores at a level and step, ascending; a copy. */
  public double[] scores(int levelIndex, int step) {
    return scores[levelIndex][step].clone();
  }

  /** Index of the band that serves a level. */
  public int bandFor(double level) {
    int best = 0;
    for (int i = 1; i < levels.size(); i++) {
      if (Math.abs(levels.get(i) - level) < Math.abs(levels.get(best) - level)) {
        best = i;
      }
    }
    return best;
  }

  /**
   * What the band's lower bound is lowered and its upper bound raised by. Of n scores the ceil((n +
   * 1) * level)-th smallest, the largest where that exceeds n.
   *
   * @param bandIndex of the band, see {@link #bandFor}
   * @param step 0 for one step ahead
   * @param level nominal coverage wanted, between 0 and 1
   */
  public double offset(int bandIndex, int step, double level) {
    if (!(level > 0 && level < 1)) {
      throw new IllegalArgumentException(
          "level is %s; it must lie between 0 and 1".formatted(level));
    }
    double[] ascending = scores[bandIndex][step];
    int rank = (int) Math.ceil((ascending.length + 1) * level);
    return ascending[Math.min(rank, ascending.length) - 1];
  }

  /** All scores of a level, step by step: what a bundle keeps, with {@link #lengths}. */
  public double[] flat(int levelIndex) {
    return Arrays.stream(scores[levelIndex]).flatMapToDouble(Arrays::stream).toArray();
  }

  /** How many scores each step of a level has. */
  public double[] lengths(int levelIndex) {
    return Arrays.stream(scores[levelIndex]).mapToDouble(step -> step.length).toArray();
  }

  /**
   * The inverse of {@link #flat} and {@link #lengths}, for one level.
   *
   * @throws IllegalArgumentException if the lengths do not add up
   */
  public static double[][] unflatten(double[] flat, double[] lengths) {
    var steps = new ArrayList<double[]>();
    int from = 0;
    for (double length : lengths) {
      int count = (int) length;
      if (count != length || count < 1 || count > flat.length - from) {
        throw new IllegalArgumentException(
            "%d scores cannot be split into steps".formatted(flat.length));
      }
      steps.add(Arrays.copyOfRange(flat, from, from + count));
      from += count;
    }
    if (from != flat.length) {
      throw new IllegalArgumentException(
          "%d of %d scores belong to no step".formatted(flat.length - from, flat.length));
    }
    return steps.toArray(double[][]::new);
  }
}
