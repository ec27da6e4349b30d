package dev.tidewatch.models.forecast.smoothing;

import java.util.Arrays;
import java.util.function.ToDoubleFunction;

/**
 * Minimum by the simplex of Nelder and Mead (1965) in the form of Nash, "Compact Numerical Methods
 * for Computers" (2nd edition 1990), algorithms 19 to 21. Values that are not finite count as very
 * high, which keeps the simplex within bounds that the function sets. Deterministic.
 */
final class NelderMead {
  private static final double HIGH = 1e35;
  private static final double CONTRACTION = 0.5;
  private static final double EXPANSION = 2;

  private final ToDoubleFunction<double[]> function;
  private final double[][] corners;
  private final double[] values;
  private final int n;
  private int evaluations;

  private NelderMead(ToDoubleFunction<double[]> function, double[][] corners, double[] values) {
    this.function = function;
    this.corners = corners;
    this.values = values;
    this.n = corners.length - 1;
  }

  /**
   * @param point where the lowest value was seen
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Minimum(double[] point, double value, int evaluations) {}

  /** Nash's own first step: a tenth of the largest coordinate, the same for all. */
  static double[] uniformSteps(double[] start) {
    double step = 0;
    for (double coordinate : start) {
      step = Math.max(step, 0.1 * Math.abs(coordinate));
    }
    var steps = new double[start.length];
    Arrays.fill(steps, step == 0 ? 0.1 : step);
    return steps;
  }

  /**
   * @param steps of the first simplex along each coordinate, not 0
   * @param tolerance ends when the corners' values differ by no more than this, relative to the
   *     first value
   * @param evaluationsMax ends soon after so many calls
   */
  static Minimum minimise(
      ToDoubleFunction<double[]> function,
      double[] start,
      double[] steps,
      double tolerance,
      int evaluationsMax) {
    int n = start.length;
    var corners = new double[n + 1][];
    var values = new double[n + 1];
    corners[0] = start.clone();
    for (int i = 0; i < n; i++) {
      corners[i + 1] = start.clone();
      corners[i + 1][i] += steps[i];
    }
    var search = new NelderMead(function, corners, values);
    for (int i = 0; i <= n; i++) {
      values[i] = search.value(corners[i]);
    }
    return search.run(tolerance * (Math.abs(values[0]) + tolerance), evaluationsMax);
  }

  private double value(double[] point) {
    evaluations++;
    double value = function.applyAsDouble(point);
    return Double.isFinite(value) ? value : HIGH;
  }

  private Minimum run(double spreadMax, int evaluationsMax) {
    double sizeBefore = Double.POSITIVE_INFINITY;
    int low = 0;
    while (true) {
      int high = low;
      for (int i = 0; i <= n; i++) {
        if (i != low) {
          if (values[i] < values[low]) {
            low = i;
          }
          if (values[i] > values[high]) {
            high = i;
          }
        }
      }
      if (values[high] <= values[low] + spreadMax || evaluations > evaluationsMax) {
        return new Minimum(corners[low].clone(), values[low], evaluations);
      }
      if (!step(low, high)) {
        double size = shrinkTowards(low);
        if (size >= sizeBefore) {
          return new Minimum(corners[low].clone(), values[low], evaluations);
        }
        sizeBefore = size;
      }
    }
  }

  /** Replaces the highest corner by a lower one; false if none was found. */
  private boolean step(int low, int high) {
    var centre = new double[n];
    for (int i = 0; i < n; i++) {
      double sum = -corners[high][i];
      for (double[] corner : corners) {
        sum += corner[i];
      }
      centre[i] = sum / n;
    }
    var reflected = new double[n];
    for (int i = 0; i < n; i++) {
      reflected[i] = 2 * centre[i] - corners[high][i];
    }
    double reflectedValue = value(reflected);
    if (reflectedValue < values[low]) {
      var expanded = new double[n];
      for (int i = 0; i < n; i++) {
        expanded[i] = EXPANSION * reflected[i] + (1 - EXPANSION) * centre[i];
      }
      double expandedValue = value(expanded);
      if (expandedValue < reflectedValue) {
        replace(high, expanded, expandedValue);
      } else {
        replace(high, reflected, reflectedValue);
      }
      return true;
    }
    double highValue = values[high];
    if (reflectedValue < highValue) {
      replace(high, reflected, reflectedValue);
    }
    var contracted = new double[n];
    for (int i = 0; i < n; i++) {
      contracted[i] = (1 - CONTRACTION) * corners[high][i] + CONTRACTION * centre[i];
    }
    double contractedValue = value(contracted);
    if (contractedValue < values[high]) {
      replace(high, contracted, contractedValue);
      return true;
    }
    return reflectedValue < highValue;
  }

  private void replace(int corner, double[] point, double value) {
    corners[corner] = point;
    values[corner] = value;
  }

  /** Returns the sum of all distances to the lowest corner. */
  private double shrinkTowards(int low) {
    double size = 0;
    for (int j = 0; j <= n; j++) {
      if (j != low) {
        for (int i = 0; i < n; i++) {
          corners[j][i] = CONTRACTION * (corners[j][i] - corners[low][i]) + corners[low][i];
          size += Math.abs(corners[j][i] - corners[low][i]);
        }
      }
    }
    for (int j = 0; j <= n; j++) {
      if (j != low) {
        values[j] = value(corners[j]);
      }
    }
    return size;
  }
}
