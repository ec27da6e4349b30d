package dev.tidewatch.models.forecast.smoothing;

import org.jspecify.annotations.Nullable;

/**
 * Locally weighted regression on equally spaced points, as STL needs it: tricube weights of the
 * {@code window} nearest points, degree 0 or 1, and linear interpolation between every {@code
 * jump}-th fit (Cleveland, Cleveland, McRae and Terpenning 1990, section 2 and appendix). Positions
 * count from 1, so that the points of a cycle can be extended to 0 and n + 1.
 *
 * @param window number of points that weigh; odd, at least 3
 * @param degree of the local polynomial, 0 or 1
 * @param jump fits are made at every so many points, at least 1
 */
record Loess(int window, int degree, int jump) {

  /** Points closer than this share of the reach weigh 1, points beyond {@link #FAR} of it 0. */
  private static final double NEAR = 0.001;

  private static final double FAR = 0.999;

  /**
   * Smooths {@code n} values of {@code y} into {@code out}.
   *
   * @param robustness weight of each point, or null for 1
   */
  void smooth(
      double[] y, int n, double @Nullable [] robustness, double[] out, int outFrom, double[] work) {
    if (n < 2) {
      out[outFrom] = y[0];
      return;
    }
    int step = Math.min(jump, n - 1);
    int half = (window + 1) / 2;
    int last = 0;
    for (int i = 1; i <= n; i += step) {
      smoothAt(i, half, y, n, robustness, out, outFrom, work);
      last = i;
    }
    if (step == 1) {
      return;
    }
    for (int i = 1; i + step <= n; i += step) {
      interpolate(out, outFrom, i, i + step);
    }
    if (last != n) {
      smoothAt(n, half, y, n, robustness, out, outFrom, work);
      interpolate(out, outFrom, last, n);
    }
  }

  private static void interpolate(double[] out, int outFrom, int left, int right) {
    double from = out[outFrom + left - 1];
    double slope = (out[outFrom + right - 1] - from) / (right - left);
    for (int i = left + 1; i < right; i++) {
      out[outFrom + i - 1] = from + slope * (i - left);
    }
  }

  private void smoothAt(
      int i,
      int half,
      double[] y,
      int n,
      double @Nullable [] robustness,
      double[] out,
      int outFrom,
      double[] work) {
    int left;
    int right;
    if (window >= n) {
      left = 1;
      right = n;
    } else {
      left = Math.min(Math.max(i - half + 1, 1), n - window + 1);
      right = left + window - 1;
    }
    double fitted = at(i, left, right, y, n, robustness, work);
    out[outFrom + i - 1] = Double.isNaN(fitted) ? y[i - 1] : fitted;
  }

  /**
   * The fit at position {@code x} from points {@code left} to {@code right}; {@code NaN} if all
   * their weights are 0.
   *
   * @param work at least {@code n} long
   */
  double at(
      int x,
      int left,
      int right,
      double[] y,
      int n,
      double @Nullable [] robustness,
      double[] work) {
    double reach = Math.max(x - left, right - x);
    if (window > n) {
      int beyond = (window - n) / 2;
      reach += beyond;
    }
    double sum = 0;
    double far = FAR * reach;
    double near = NEAR * reach;
    for (int j = left; j <= right; j++) {
      double distance = Math.abs(j - x);
      double weight = 0;
      if (distance <= far) {
        if (distance <= near) {
          weight = 1;
        } else {
          double share = distance / reach;
          double rest = 1 - share * share * share;
          weight = rest * rest * rest;
        }
        if (robustness != null) {
          weight *= robustness[j - 1];
        }
      }
      work[j - 1] = weight;
      sum += weight;
    }
    if (sum <= 0) {
      return Double.NaN;
    }
    double mean = 0;
    double centre = 0;
    for (int j = left; j <= right; j++) {
      double weight = work[j - 1] / sum;
      work[j - 1] = weight;
      mean += weight * y[j - 1];
      centre += weight * j;
    }
    if (reach <= 0 || degree == 0) {
      return mean;
    }
    double spread = 0;
    double slope = 0;
    for (int j = left; j <= right; j++) {
      double away = work[j - 1] * (j - centre);
      spread += away * (j - centre);
      slope += away * y[j - 1];
    }
    // Points too close to each other say nothing about a slope.
    return Math.sqrt(spread) > NEAR * (n - 1) ? mean + (x - centre) * slope / spread : mean;
  }
}
