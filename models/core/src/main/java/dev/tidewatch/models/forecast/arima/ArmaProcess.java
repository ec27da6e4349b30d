package dev.tidewatch.models.forecast.arima;

import java.util.Arrays;

/**
 * A stationary process {@code w[t] = Σ phi[i] w[t-1-i] + e[t] + Σ theta[j] e[t-1-j]} with
 * innovations of variance 1, seasonal factors multiplied out. Immutable.
 */
final class ArmaProcess {
  private final double[] phi;
  private final double[] theta;

  ArmaProcess(double[] phi, double[] theta) {
    this.phi = phi.clone();
    this.theta = theta.clone();
  }

  int arOrder() {
    return phi.length;
  }

  /** Entries of the state of its companion form: max(p, q + 1). */
  int stateSize() {
    return Math.max(phi.length, theta.length + 1);
  }

  double phi(int i) {
    return i < phi.length ? phi[i] : 0;
  }

  double theta(int j) {
    return j < theta.length ? theta[j] : 0;
  }

  /** Lags (from 1) whose coefficient is not zero, and the coefficients, in order. */
  static final class Sparse {
    final int[] lags;
    final double[] coefficients;

    private Sparse(int[] lags, double[] coefficients) {
      this.lags = lags;
      this.coefficients = coefficients;
    }

    static Sparse of(double[] dense) {
      int count = (int) Arrays.stream(dense).filter(c -> c != 0).count();
      var lags = new int[count];
      var coefficients = new double[count];
      int at = 0;
      for (int i = 0; i < dense.length; i++) {
        if (dense[i] != 0) {
          lags[at] = i + 1;
          coefficients[at++] = dense[i];
        }
      }
      return new Sparse(lags, coefficients);
    }
  }

  Sparse sparseAr() {
    return Sparse.of(phi);
  }

  Sparse sparseMa() {
    return Sparse.of(theta);
  }

  /** Effects of an innovation on the values 0, 1, … steps later. */
  double[] psiWeights(int count) {
    var psi = new double[count];
    for (int k = 0; k < count; k++) {
      double sum = k == 0 ? 1 : theta(k - 1);
      for (int i = 0; i < Math.min(k, phi.length); i++) {
        sum += phi[i] * psi[k - 1 - i];
      }
      psi[k] = sum;
    }
    return psi;
  }

  /**
   * Autocovariances of lags 0 to {@code count - 1}: those of the autoregression by Levinson's
   * recursion, weighted with the autocorrelation of the moving-average coefficients.
   */
  double[] autocovariances(int count) {
    int q = theta.length;
    double[] ofAr = arAutocovariances(count + q);
    var weights = new double[q + 1];
    for (int lag = 0; lag <= q; lag++) {
      for (int j = 0; j + lag <= q; j++) {
        weights[lag] += maWeight(j) * maWeight(j + lag);
      }
    }
    var gamma = new double[count];
    for (int k = 0; k < count; k++) {
      double sum = weights[0] * ofAr[k];
      for (int lag = 1; lag <= q; lag++) {
        if (weights[lag] != 0) {
          sum += weights[lag] * (ofAr[k + lag] + ofAr[Math.abs(k - lag)]);
        }
      }
      gamma[k] = sum;
    }
    return gamma;
  }

  private double maWeight(int j) {
    return j == 0 ? 1 : theta[j - 1];
  }

  private double[] arAutocovariances(int count) {
    double[][] steps = LagPolynomial.stepsDown(phi);
    var gamma = new double[count];
    double variance = 1;
    for (int k = 0; k < phi.length; k++) {
      double partial = steps[k][k];
      variance /= 1 - partial * partial;
    }
    gamma[0] = variance;
    double error = variance;
    for (int k = 1; k < count; k++) {
      double sum = 0;
      if (k <= phi.length) {
        double partial = steps[k - 1][k - 1];
        sum = partial * error;
        for (int j = 0; j < k - 1; j++) {
          sum += steps[k - 2][j] * gamma[k - 1 - j];
        }
        error *= 1 - partial * partial;
      } else {
        for (int j = 0; j < phi.length; j++) {
          sum += phi[j] * gamma[k - 1 - j];
        }
      }
      gamma[k] = sum;
    }
    return gamma;
  }

  /** Covariance of the state after the first value with that value: the filter's first gain. */
  double[] firstGain(double[] autocovariances) {
    int size = stateSize();
    double[] psi = psiWeights(size);
    var gain = new double[size];
    for (int i = 0; i < size; i++) {
      double sum = 0;
      for (int j = i; j < size; j++) {
        if (j < phi.length) {
          sum += phi[j] * autocovariances[j - i];
        }
        if (j < theta.length) {
          sum += theta[j] * psi[j - i];
        }
      }
      gain[i] = sum;
    }
    return gain;
  }
}
