package dev.tidewatch.models.forecast.arima;

import java.util.Arrays;

/**
 * Innovations of a series under an {@link ArmaProcess}, and the state after its last value.
 *
 * <p>Exact: the Kalman filter from the stationary distribution, by Chandrasekhar-type recursions
 * (Morf, Sidhu and Kailath 1974; Pearlman 1980), which need a vector where the usual form needs a
 * matrix. Once the gain has settled it goes on by the difference equation, whose cost is the number
 * of coefficients. Conditional: the difference equation from the start, innovations before the
 * first {@code p} values being zero (Box and Jenkins 1976, section 7.1).
 */
final class ArmaFilter {
  private static final double SETTLED = 1e-15;

  private final ArmaProcess process;
  private final ArmaProcess.Sparse ar;
  private final ArmaProcess.Sparse ma;
  private final double[] gain;

  private ArmaFilter(ArmaProcess process, double[] gain) {
    this.process = process;
    this.ar = process.sparseAr();
    this.ma = process.sparseMa();
    this.gain = gain;
  }

  /** Exact innovations; the gain is empty for conditional ones. */
  static ArmaFilter exact(ArmaProcess process) {
    double[] autocovariances = process.autocovariances(process.stateSize());
    double[] firstGain = process.firstGain(autocovariances);
    var gain = new double[firstGain.length + 1];
    gain[0] = autocovariances[0];
    System.arraycopy(firstGain, 0, gain, 1, firstGain.length);
    return new ArmaFilter(process, gain);
  }

  static ArmaFilter conditional(ArmaProcess process) {
    return new ArmaFilter(process, new double[0]);
  }

  /** What a series looks like through the filter. */
  static final class Filtered {
    /**
     * Divided by their standard deviations relative to that of e; conditional ones are zero at the
     * first {@code p} values.
     */
    final double[] innovations;

    /** Innovations that say something. */
    final int count;

    /** Sum of the logarithms of the innovations' relative variances. */
    final double logVariances;

    /** Of the companion form, after the last value; its first entry forecasts the next value. */
    final double[] state;

    private Filtered(double[] innovations, int count, double logVariances, double[] state) {
      this.innovations = innovations;
      this.count = count;
      this.logVariances = logVariances;
      this.state = state;
    }
  }

  Filtered filter(double[] w) {
    return gain.length == 0 ? conditional(w) : exact(w);
  }

  private Filtered conditional(double[] w) {
    var innovations = new double[w.length];
    int start = Math.min(process.arOrder(), w.length);
    advance(w, innovations, start);
    return new Filtered(innovations, w.length - start, 0, stateAfter(w, innovations));
  }

  /** The difference equation from an index on; entries before it are taken as they are. */
  private void advance(double[] w, double[] innovations, int from) {
    int[] arLags = ar.lags;
    double[] phi = ar.coefficients;
    int[] maLags = ma.lags;
    double[] theta = ma.coefficients;
    for (int t = from; t < w.length; t++) {
      double e = w[t];
      for (int i = 0; i < phi.length; i++) {
        e -= phi[i] * (t >= arLags[i] ? w[t - arLags[i]] : 0);
      }
      for (int j = 0; j < theta.length; j++) {
        e -= theta[j] * (t >= maLags[j] ? innovations[t - maLags[j]] : 0);
      }
      innovations[t] = e;
    }
  }

  /** The state of the companion form once the gain has settled. */
  private double[] stateAfter(double[] w, double[] innovations) {
    int size = process.stateSize();
    int n = w.length;
    var state = new double[size];
    for (int i = 0; i < size; i++) {
      double sum = 0;
      for (int j = i; j < size && n - 1 - (j - i) >= 0; j++) {
        int t = n - 1 - (j - i);
        sum += process.phi(j) * w[t] + process.theta(j) * innovations[t];
      }
      state[i] = sum;
    }
    return state;
  }

  private Filtered exact(double[] w) {
    int size = process.stateSize();
    int n = w.length;
    var phi = new double[size];
    for (int i = 0; i < size; i++) {
      phi[i] = process.phi(i);
    }
    double variance = gain[0];
    double[] g = Arrays.copyOfRange(gain, 1, gain.length);
    double[] l = g.clone();
    double m = -1 / variance;
    var state = new double[size];
    var innovations = new double[n];
    double logVariances = 0;
    int settledSteps = 0;
    for (int t = 0; t < n; t++) {
      double v = w[t] - state[0];
      innovations[t] = v / Math.sqrt(variance);
      logVariances += Math.log(variance);
      step(state, phi, g, v / variance);
      if (settledSteps > 0) {
        if (++settledSteps > size) {
          advance(w, innovations, t + 1);
          return new Filtered(innovations, n, logVariances, stateAfter(w, innovations));
        }
        continue;
      }
      double z = l[0];
      double next = variance + m * z * z;
      if (!(next > 0.5)) {
        // Rounding where roots are near the circle: the variance cannot be below that of e.
        next = 1;
      }
      double largest = 0;
      for (int i = 0; i < size; i++) {
        double moved = phi[i] * z + (i + 1 < size ? l[i + 1] : 0);
        g[i] += moved * m * z;
        l[i] = moved - g[i] * z / next;
        largest = Math.max(largest, Math.abs(l[i]));
      }
      m += m * m * z * z / variance;
      variance = next;
      if (Math.abs(m) * largest * largest < SETTLED) {
        settledSteps = 1;
      }
    }
    return new Filtered(innovations, n, logVariances, state);
  }

  private static void step(double[] state, double[] phi, double[] g, double correction) {
    double first = state[0];
    int last = state.length - 1;
    for (int i = 0; i < last; i++) {
      state[i] = phi[i] * first + state[i + 1] + g[i] * correction;
    }
    state[last] = phi[last] * first + g[last] * correction;
  }

  /** Forecasts of the values that follow a state. */
  static double[] ahead(ArmaProcess process, double[] state, int horizon) {
    double[] moving = state.clone();
    var phi = new double[moving.length];
    for (int i = 0; i < phi.length; i++) {
      phi[i] = process.phi(i);
    }
    var none = new double[moving.length];
    var means = new double[horizon];
    for (int h = 0; h < horizon; h++) {
      means[h] = moving[0];
      step(moving, phi, none, 0);
    }
    return means;
  }
}
