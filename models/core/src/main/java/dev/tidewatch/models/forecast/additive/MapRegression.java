package dev.tidewatch.models.forecast.additive;

import java.util.Arrays;
import org.hipparchus.exception.MathRuntimeException;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.CholeskyDecomposition;

/**
 * Linear regression at the maximum of the posterior density, with a normal or a Laplace prior on
 * each coefficient and the noise estimated with them: minimises {@code n log s + Σ r²/2s² + Σ
 * b²/2scale² + Σ |b|/scale}. For a given s it alternates coordinate descent, which finds out which
 * Laplace coefficients are zero, with the exact solution for the others, until that satisfies all
 * conditions of the optimum. Not thread-safe.
 */
final class MapRegression {
  private static final int NOISE_ROUNDS_MAX = 30;
  private static final int SUPPORT_ROUNDS_MAX = 60;
  private static final int SWEEPS = 20;
  private static final double NOISE_MIN = 1e-8;
  private static final double NOISE_START = 0.1;
  private static final double NOISE_TOLERANCE = 1e-4;

  private final double[][] gram;
  private final double[] correlation;
  private final double squares;
  private final int count;
  private final double[] scales;
  private final boolean[] laplace;

  /**
   * @param gram sums of products of the columns
   * @param correlation sums of products of each column and the values
   * @param squares sum of the values' squares
   * @param count of observations
   * @param scales of the priors, one per column
   * @param laplace which columns have a Laplace prior
   */
  MapRegression(
      double[][] gram,
      double[] correlation,
      double squares,
      int count,
      double[] scales,
      boolean[] laplace) {
    this.gram = gram;
    this.correlation = correlation;
    this.squares = squares;
    this.count = count;
    this.scales = scales;
    this.laplace = laplace;
  }

  /** Coefficients, the standard deviation of the noise, and the cost that they make smallest. */
  static final class Solution {
    final double[] coefficients;
    final double noise;
    final double cost;

    private Solution(double[] coefficients, double noise, double cost) {
      this.coefficients = coefficients;
      this.noise = noise;
      this.cost = cost;
    }
  }

  /** Sought from coefficients that need not be near. */
  Solution solve(double[] start) {
    double[] beta = start.clone();
    double noise = noise(beta);
    if (Arrays.stream(start).allMatch(value -> value == 0)) {
      noise *= NOISE_START;
    }
    for (int round = 0; round < NOISE_ROUNDS_MAX; round++) {
      beta = given(noise, beta);
      double next = noise(beta);
      boolean settled = Math.abs(next - noise) < NOISE_TOLERANCE * noise;
      noise = next;
      if (settled) {
        break;
      }
    }
    return new Solution(beta, noise, count * (Math.log(noise) + 0.5) + penalty(beta));
  }

  private double noise(double[] beta) {
    return Math.max(NOISE_MIN, Math.sqrt(Math.max(0, residualSquares(beta)) / count));
  }

  private double penalty(double[] beta) {
    double sum = 0;
    for (int i = 0; i < beta.length; i++) {
      double x = Math.abs(beta[i]) / scales[i];
      sum += laplace[i] ? x : x * x / 2;
    }
    return sum;
  }

  private double residualSquares(double[] beta) {
    double sum = squares;
    for (int i = 0; i < beta.length; i++) {
      if (beta[i] != 0) {
        sum -= beta[i] * (correlation[i] + gradient(beta, i));
      }
    }
    return sum;
  }

  /** {@code x_i'(y - X beta)}. */
  private double gradient(double[] beta, int i) {
    double sum = correlation[i];
    double[] row = gram[i];
    for (int j = 0; j < beta.length; j++) {
      sum -= row[j] * beta[j];
    }
    return sum;
  }

  /** The coefficients that are best for a noise, sought from others. */
  double[] given(double noise, double[] start) {
    double[] beta = start.clone();
    for (int round = 0; round < SUPPORT_ROUNDS_MAX; round++) {
      for (int sweep = 0; sweep < SWEEPS; sweep++) {
        descend(beta, noise);
      }
      double[] exact = onSupport(beta, noise);
      if (exact.length > 0) {
        if (isOptimal(exact, beta, noise)) {
          return exact;
        }
        beta = towards(beta, exact);
      }
    }
    return beta;
  }

  private double ridge(int i, double noise) {
    return laplace[i] ? 0 : noise * noise / (scales[i] * scales[i]);
  }

  private double threshold(int i, double noise) {
    return laplace[i] ? noise * noise / scales[i] : 0;
  }

  private void descend(double[] beta, double noise) {
    for (int i = 0; i < beta.length; i++) {
      double weight = gram[i][i];
      if (weight <= 0) {
        beta[i] = 0;
        continue;
      }
      double pull = gradient(beta, i) + weight * beta[i];
      double threshold = threshold(i, noise);
      double shrunk = Math.signum(pull) * Math.max(0, Math.abs(pull) - threshold);
      beta[i] = shrunk / (weight + ridge(i, noise));
    }
  }

  private int[] support(double[] beta) {
    var support = new int[beta.length];
    int size = 0;
    for (int i = 0; i < beta.length; i++) {
      if (gram[i][i] > 0 && (!laplace[i] || beta[i] != 0)) {
        support[size++] = i;
      }
    }
    return Arrays.copyOf(support, size);
  }

  /** The optimum if zeros and signs of Laplace coefficients stay; empty if there is none. */
  private double[] onSupport(double[] beta, double noise) {
    int[] support = support(beta);
    int size = support.length;
    var matrix = new double[size][size];
    var right = new double[size];
    for (int a = 0; a < size; a++) {
      int i = support[a];
      for (int b = 0; b < size; b++) {
        matrix[a][b] = gram[i][support[b]];
      }
      matrix[a][a] += ridge(i, noise) + 1e-12 * gram[i][i];
      right[a] = correlation[i] - Math.signum(beta[i]) * threshold(i, noise);
    }
    try {
      var solver =
          new CholeskyDecomposition(new Array2DRowRealMatrix(matrix, false), 1e-9, 0).getSolver();
      double[] solution = solver.solve(new ArrayRealVector(right, false)).toArray();
      var exact = new double[beta.length];
      for (int a = 0; a < size; a++) {
        exact[support[a]] = solution[a];
      }
      return exact;
    } catch (MathRuntimeException notPositiveDefinite) {
      return new double[0];
    }
  }

  private boolean isOptimal(double[] exact, double[] signs, double noise) {
    for (int i = 0; i < exact.length; i++) {
      if (laplace[i] && gram[i][i] > 0) {
        boolean flipped = exact[i] * signs[i] < 0;
        double threshold = threshold(i, noise);
        boolean pulled = signs[i] == 0 && Math.abs(gradient(exact, i)) > threshold * (1 + 1e-6);
        if (flipped || pulled) {
          return false;
        }
      }
    }
    return true;
  }

  /** As far towards the exact solution as no Laplace coefficient changes its sign. */
  private double[] towards(double[] beta, double[] exact) {
    double share = 1;
    for (int i = 0; i < beta.length; i++) {
      if (laplace[i] && beta[i] * exact[i] < 0) {
        share = Math.min(share, beta[i] / (beta[i] - exact[i]));
      }
    }
    var moved = new double[beta.length];
    for (int i = 0; i < beta.length; i++) {
      double value = beta[i] + share * (exact[i] - beta[i]);
      moved[i] = laplace[i] && value * beta[i] <= 0 ? 0 : value;
    }
    return moved;
  }
}
