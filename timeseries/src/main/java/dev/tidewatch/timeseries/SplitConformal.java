package dev.tidewatch.timeseries;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Split-conformal half-widths per horizon step: the forecast plus and minus the finite-sample
 * quantile of absolute residuals from origins that the model was not fitted on (Vovk et al. 2005;
 * Lei et al. 2018). Immutable.
 *
 * <p>Of n residuals the ceil((n + 1) * level)-th smallest is taken. Where that rank exceeds n, the
 * guarantee would need an infinite interval; the largest residual is used instead, and {@link
 * #guarantees} tells.
 */
public final class SplitConformal {
  public static final int STEPS_MAX = 10_000;
  public static final int RESIDUALS_PER_STEP_MAX = 10_000;

  /** By step, ascending. */
  private final double[][] residuals;

  private SplitConformal(double[][] residuals) {
    this.residuals = residuals;
  }

  /**
   * @param residualsByStep for each horizon step (the first is one step ahead) at least one finite
   *     residual; signs are dropped
   */
  public static SplitConformal of(List<double[]> residualsByStep) {
    if (residualsByStep.isEmpty() || residualsByStep.size() > STEPS_MAX) {
      throw new IllegalArgumentException(
          "residuals for %d steps; 1 to %d are allowed"
              .formatted(residualsByStep.size(), STEPS_MAX));
    }
    var sorted = new double[residualsByStep.size()][];
    for (int step = 0; step < sorted.length; step++) {
      double[] absolute =
          Arrays.stream(residualsByStep.get(step)).map(Math::abs).sorted().toArray();
      if (absolute.length == 0 || absolute.length > RESIDUALS_PER_STEP_MAX) {
        throw new IllegalArgumentException(
            "step %d has %d residuals; 1 to %d are needed"
                .formatted(step + 1, absolute.length, RESIDUALS_PER_STEP_MAX));
      }
      if (!Double.isFinite(absolute[absolute.length - 1])) {
        throw new IllegalArgumentException(
            "step %d has a residual that is not finite".formatted(step + 1));
      }
      sorted[step] = absolute;
    }
    return new SplitConformal(sorted);
  }

  public int steps() {
    return residuals.length;
  }

  public int residualCount(int step) {
    return residuals[step].length;
  }

  /** Absolute residuals by step, ascending; copies. */
  public List<double[]> residualsByStep() {
    var copies = new ArrayList<double[]>(residuals.length);
    for (double[] step : residuals) {
      copies.add(step.clone());
    }
    return copies;
  }

  /**
   * Half the width of the interval at a step.
   *
   * @param step 0 for one step ahead
   * @param level nominal coverage, between 0 and 1
   */
  public double halfWidth(int step, double level) {
    double[] sorted = residuals[step];
    return sorted[Math.min(rank(sorted.length, level), sorted.length) - 1];
  }

  /** True if there are enough residuals at the step for the level: level at most n / (n + 1). */
  public boolean guarantees(int step, double level) {
    return rank(residuals[step].length, level) <= residuals[step].length;
  }

  private static int rank(int count, double level) {
    if (!(level > 0 && level < 1)) {
      throw new IllegalArgumentException(
          "level is %s; it must lie between 0 and 1".formatted(level));
    }
    return (int) Math.ceil((count + 1) * level);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SplitConformal that && Arrays.deepEquals(residuals, that.residuals);
  }

  @Override
  public int hashCode() {
    return Arrays.deepHashCode(residuals);
  }

  @Override
  public String toString() {
    return "split conformal over %d steps".formatted(residuals.length);
  }
}
