package dev.tidewatch.models.tensorflow;

import dev.tidewatch.models.training.InsufficientHistoryException;

/**
 * A linear map from the newest values of a window to the steps after it, by ridge regression in
 * closed form, one penalty for all steps (Zeng et al. 2023 show how far such a map goes).
 *
 * <p>{@code kernel}: [inputs, horizon], row by row {@code bias}: [horizon]
 */
final class LinearMap {
  private final int inputs;
  private final float[] kernel;
  private final float[] bias;

  LinearMap(int inputs, float[] kernel, float[] bias) {
    this.inputs = inputs;
    this.kernel = kernel;
    this.bias = bias;
  }

  int inputs() {
    return inputs;
  }

  float[] kernel() {
    return kernel;
  }

  float[] bias() {
    return bias;
  }

  /** Penalties tried, in units of the mean of the diagonal. */
  private static final double[] PENALTIES = {1e-4, 1e-3, 1e-2, 0.1, 1};

  /** No map: the mean is 0 in the network's units, that is the newest value. */
  static LinearMap none(int horizon) {
    return new LinearMap(0, new float[0], new float[horizon]);
  }

  /** The penalty is the one with the least squared error on windows that are not fitted on. */
  static LinearMap fit(int inputs, WindowSet training, WindowSet stopping) {
    var sums = new Sums(inputs, training);
    LinearMap best = none(training.horizon());
    double bestError = Double.POSITIVE_INFINITY;
    for (double penalty : PENALTIES) {
      LinearMap map = sums.solve(penalty);
      double error = map.squaredError(stopping);
      if (error < bestError) {
        bestError = error;
        best = map;
      }
    }
    return best;
  }

  /**
   * @param end offset behind the window's newest value
   */
  double[] apply(float[] windows, int end) {
    int horizon = bias.length;
    var mean = new double[horizon];
    for (int step = 0; step < horizon; step++) {
      mean[step] = bias[step];
    }
    for (int i = 0; i < inputs; i++) {
      double value = windows[end - inputs + i];
      for (int step = 0; step < horizon; step++) {
        mean[step] += value * kernel[i * horizon + step];
      }
    }
    return mean;
  }

  private double squaredError(WindowSet windows) {
    double sum = 0;
    long count = 0;
    for (int row = 0; row < windows.count(); row++) {
      double[] mean = apply(windows.inputs(), (row + 1) * windows.inputSize());
      for (int step = 0; step < mean.length; step++) {
        double error = windows.targets()[row * mean.length + step] - mean[step];
        if (!Double.isNaN(error)) {
          sum += error * error;
          count++;
        }
      }
    }
    return count == 0 ? Double.POSITIVE_INFINITY : sum / count;
  }

  /** Sums of products over the windows whose targets all are there, about their means. */
  private static final class Sums {
    private final int inputs;
    private final int horizon;
    private final double[] inputMeans;
    private final double[] targetMeans;
    private final double[][] squares;
    private final double[][] products;

    Sums(int inputs, WindowSet windows) {
      this.inputs = inputs;
      this.horizon = windows.horizon();
      inputMeans = new double[inputs];
      targetMeans = new double[horizon];
      squares = new double[inputs][inputs];
      products = new double[inputs][horizon];
      int count = 0;
      for (int row = 0; row < windows.count(); row++) {
        if (isWhole(windows, row)) {
          count++;
          int start = (row + 1) * windows.inputSize() - inputs;
          for (int i = 0; i < inputs; i++) {
            inputMeans[i] += windows.inputs()[start + i];
          }
          for (int step = 0; step < horizon; step++) {
            targetMeans[step] += windows.targets()[row * horizon + step];
          }
        }
      }
      if (count == 0) {
        throw new InsufficientHistoryException("every training window has gaps in its targets");
      }
      for (int i = 0; i < inputs; i++) {
        inputMeans[i] /= count;
      }
      for (int step = 0; step < horizon; step++) {
        targetMeans[step] /= count;
      }
      var centred = new double[inputs];
      for (int row = 0; row < windows.count(); row++) {
        if (isWhole(windows, row)) {
          add(windows, row, centred);
        }
      }
    }

    private boolean isWhole(WindowSet windows, int row) {
      for (int step = 0; step < horizon; step++) {
        if (Float.isNaN(windows.targets()[row * horizon + step])) {
          return false;
        }
      }
      return true;
    }

    private void add(WindowSet windows, int row, double[] centred) {
      int start = (row + 1) * windows.inputSize() - inputs;
      for (int i = 0; i < inputs; i++) {
        centred[i] = windows.inputs()[start + i] - inputMeans[i];
      }
      for (int i = 0; i < inputs; i++) {
        double value = centred[i];
        double[] square = squares[i];
        for (int j = 0; j <= i; j++) {
          square[j] += value * centred[j];
        }
        double[] product = products[i];
        for (int step = 0; step < horizon; step++) {
          product[step] += value * (windows.targets()[row * horizon + step] - targetMeans[step]);
        }
      }
    }

    LinearMap solve(double penalty) {
      double trace = 0;
      for (int i = 0; i < inputs; i++) {
        trace += squares[i][i];
      }
      double ridge = Math.max(penalty * trace / inputs, Double.MIN_NORMAL);
      double[][] lower = cholesky(ridge);
      double[][] solution = new double[inputs][];
      for (int i = 0; i < inputs; i++) {
        solution[i] = products[i].clone();
        for (int j = 0; j < i; j++) {
          subtract(solution[i], solution[j], lower[i][j]);
        }
        divide(solution[i], lower[i][i]);
      }
      for (int i = inputs - 1; i >= 0; i--) {
        for (int j = i + 1; j < inputs; j++) {
          subtract(solution[i], solution[j], lower[j][i]);
        }
        divide(solution[i], lower[i][i]);
      }
      var kernel = new float[inputs * horizon];
      var bias = new float[horizon];
      for (int step = 0; step < horizon; step++) {
        double constant = targetMeans[step];
        for (int i = 0; i < inputs; i++) {
          kernel[i * horizon + step] = (float) solution[i][step];
          constant -= inputMeans[i] * solution[i][step];
        }
        bias[step] = (float) constant;
      }
      return new LinearMap(inputs, kernel, bias);
    }

    private static void subtract(double[] from, double[] row, double factor) {
      for (int k = 0; k < from.length; k++) {
        from[k] -= factor * row[k];
      }
    }

    private static void divide(double[] row, double by) {
      for (int k = 0; k < row.length; k++) {
        row[k] /= by;
      }
    }

    private double[][] cholesky(double ridge) {
      var lower = new double[inputs][inputs];
      for (int i = 0; i < inputs; i++) {
        for (int j = 0; j <= i; j++) {
          double sum = squares[i][j] + (i == j ? ridge : 0);
          for (int k = 0; k < j; k++) {
            sum -= lower[i][k] * lower[j][k];
          }
          lower[i][j] = i == j ? Math.sqrt(Math.max(sum, ridge * 1e-9)) : sum / lower[j][j];
        }
      }
      return lower;
    }
  }
}
