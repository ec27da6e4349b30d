package dev.tidewatch.models.forecast.linear;

/**
 * Second moments of the windows of a series: what a regression of the next {@code horizon} values
 * on the last {@code lookback} values needs, for every step at once.
 *
 * <p>Row r of the regression is the window z[r .. r + lookback + horizon), and the products that
 * are summed over rows shift along the diagonal: G[i+s][j+s] = G[i][j] - (first row's) + (next
 * row's) with rows s apart. So the moments cost O(rows * width + lookback * width), not O(rows *
 * lookback * width).
 */
final class LagMoments {
  private final int lookback;
  private final int horizon;
  private final int rows;
  private final double[] products;
  private final double[] sums;

  /**
   * @param lookback lags, oldest first
   * @param horizon steps
   * @param rows how many windows were summed
   * @param products lookback x (lookback + horizon), row-major: sum of lag i times column j
   * @param sums by column
   */
  LagMoments(int lookback, int horizon, int rows, double[] products, double[] sums) {
    this.lookback = lookback;
    this.horizon = horizon;
    this.rows = rows;
    this.products = products;
    this.sums = sums;
  }

  int lookback() {
    return lookback;
  }

  int horizon() {
    return horizon;
  }

  int rows() {
    return rows;
  }

  double[] products() {
    return products;
  }

  double[] sums() {
    return sums;
  }

  /**
   * Over the windows that end before {@code end} and begin at {@code first}, {@code first +
   * stride}, ...
   */
  static LagMoments of(double[] z, int end, int first, int stride, int lookback, int horizon) {
    int width = lookback + horizon;
    int rows = end - width < first ? 0 : (end - width - first) / stride + 1;
    var products = new double[lookback * width];
    var sums = new double[width];
    int next = first + rows * stride;
    for (int i = 0; i < width; i++) {
      if (i < stride) {
        double sum = 0;
        for (int r = 0, at = first + i; r < rows; r++, at += stride) {
          sum += z[at];
        }
        sums[i] = sum;
      } else {
        sums[i] = sums[i - stride] - (rows == 0 ? 0 : z[first + i - stride] - z[next + i - stride]);
      }
    }
    for (int i = 0; i < lookback; i++) {
      if (i < stride) {
        direct(z, first, stride, rows, i, width, products);
      } else {
        int row = i * width;
        int above = (i - stride) * width - stride;
        double leaving = rows == 0 ? 0 : z[first + i - stride];
        double entering = rows == 0 ? 0 : z[next + i - stride];
        for (int j = i; j < width && rows > 0; j++) {
          products[row + j] =
              products[above + j]
                  - leaving * z[first + j - stride]
                  + entering * z[next + j - stride];
        }
      }
    }
    for (int i = 0; i < lookback; i++) {
      for (int j = 0; j < i; j++) {
        products[i * width + j] = products[j * width + i];
      }
    }
    return new LagMoments(lookback, horizon, rows, products, sums);
  }

  private static void direct(
      double[] z, int first, int stride, int rows, int i, int width, double[] products) {
    int row = i * width;
    for (int r = 0, at = first; r < rows; r++, at += stride) {
      double lag = z[at + i];
      for (int j = i; j < width; j++) {
        products[row + j] += lag * z[at + j];
      }
    }
  }

  int width() {
    return lookback + horizon;
  }

  /**
   * The moments of the windows less their anchor, the mean of the newest {@code anchor} lags, which
   * is taken from lags and targets alike; and, with an intercept, less their column means.
   */
  Anchored anchored(int anchor, boolean intercept) {
    int width = width();
    var g = new double[width];
    double anchorSum = 0;
    for (int k = lookback - anchor; k < lookback; k++) {
      for (int j = 0; j < width; j++) {
        g[j] += products[k * width + j];
      }
      anchorSum += sums[k];
    }
    double gamma = 0;
    for (int j = 0; j < width; j++) {
      g[j] /= anchor;
    }
    for (int k = lookback - anchor; k < lookback; k++) {
      gamma += g[k];
    }
    gamma /= anchor;
    var means = new double[width];
    if (intercept && rows > 0) {
      for (int j = 0; j < width; j++) {
        means[j] = (sums[j] - anchorSum / anchor) / rows;
      }
    }
    var gram = new double[lookback * lookback];
    var cross = new double[lookback * horizon];
    double trace = 0;
    for (int i = 0; i < lookback; i++) {
      for (int j = 0; j < lookback; j++) {
        gram[i * lookback + j] =
            products[i * width + j] - g[i] - g[j] + gamma - rows * means[i] * means[j];
      }
      for (int h = 0; h < horizon; h++) {
        int j = lookback + h;
        cross[i * horizon + h] =
            products[i * width + j] - g[i] - g[j] + gamma - rows * means[i] * means[j];
      }
      trace += gram[i * lookback + i];
    }
    return new Anchored(lookback, horizon, anchor, gram, cross, means, trace / lookback);
  }

  /** Normal equations of anchored windows. */
  static final class Anchored {
    private final int lookback;
    private final int horizon;
    private final int anchor;
    private final double[] gram;
    private final double[] cross;
    private final double[] means;
    private final double unit;

    /**
     * @param gram lookback x lookback
     * @param cross lookback x horizon
     * @param means by column of lags and targets; zeros without an intercept
     * @param unit mean of the diagonal: a relative ridge penalty is in this unit
     */
    Anchored(
        int lookback,
        int horizon,
        int anchor,
        double[] gram,
        double[] cross,
        double[] means,
        double unit) {
      this.lookback = lookback;
      this.horizon = horizon;
      this.anchor = anchor;
      this.gram = gram;
      this.cross = cross;
      this.means = means;
      this.unit = unit;
    }

    int lookback() {
      return lookback;
    }

    int horizon() {
      return horizon;
    }

    int anchor() {
      return anchor;
    }

    double[] gram() {
      return gram;
    }

    double[] cross() {
      return cross;
    }

    double[] means() {
      return means;
    }

    double unit() {
      return unit;
    }

    /** Penalty of a relative one; never quite 0, so that flat series can be solved. */
    double penalty(double relative) {
      return relative * unit + 1e-9 * (unit + 1);
    }

    /** Weighted sum of the rows of the cross moments: one value per step. */
    double[] timesCross(double[] weights) {
      var sums = new double[horizon];
      for (int i = 0; i < lookback; i++) {
        int row = i * horizon;
        double weight = weights[i];
        for (int h = 0; h < horizon; h++) {
          sums[h] += weight * cross[row + h];
        }
      }
      return sums;
    }

    /** Lags of the window that ends before {@code end}, less anchor and means; last: the anchor. */
    double[] query(double[] z, int end) {
      var q = new double[lookback + 1];
      double level = 0;
      for (int k = 0; k < anchor; k++) {
        level += z[end - 1 - k];
      }
      level /= anchor;
      for (int i = 0; i < lookback; i++) {
        q[i] = z[end - lookback + i] - level - means[i];
      }
      q[lookback] = level;
      return q;
    }
  }
}
