package dev.tidewatch.models.forecast.linear;

/**
 * Factor U of a symmetric positive definite matrix A = U'U (Golub and Van Loan, "Matrix
 * Computations", section 4.2). Rows are arrays of their own and inner loops run along them, so that
 * they are vector operations; every number is made by the same operations in the same order
 * whatever the size, so results have the same bits.
 */
final class Cholesky {
  /** Rows that are taken off the rows below at once, to read and write those less often. */
  private static final int BLOCK = 4;

  private final int n;

  /** By row; what is left of the diagonal does not count. */
  private final double[][] u;

  private Cholesky(double[][] u) {
    this.n = u.length;
    this.u = u;
  }

  /**
   * Factors A + ridge * I.
   *
   * @param a row-major, n x n, upper triangle; not changed
   * @throws ArithmeticException if the sum is not positive definite
   */
  static Cholesky of(double[] a, int n, double ridge) {
    var u = new double[n][n];
    for (int i = 0; i < n; i++) {
      System.arraycopy(a, i * n + i, u[i], i, n - i);
      u[i][i] += ridge;
    }
    for (int from = 0; from < n; from += BLOCK) {
      int to = Math.min(from + BLOCK, n);
      for (int k = from; k < to; k++) {
        normalise(u[k], k);
        for (int i = k + 1; i < to; i++) {
          subtract(u[i], u[k], u[k][i], i, n);
        }
      }
      // The last block, which may be shorter, has no rows below.
      for (int i = to; i < n; i++) {
        subtract(u[i], u[from], u[from + 1], u[from + 2], u[from + 3], i, n);
      }
    }
    return new Cholesky(u);
  }

  private static void normalise(double[] row, int k) {
    double pivot = row[k];
    if (!(pivot > 0)) {
      throw new ArithmeticException("pivot %d is %s".formatted(k, pivot));
    }
    double inverse = 1 / Math.sqrt(pivot);
    for (int j = k; j < row.length; j++) {
      row[j] *= inverse;
    }
  }

  private static void subtract(double[] row, double[] other, double factor, int first, int end) {
    for (int j = first; j < end; j++) {
      row[j] -= factor * other[j];
    }
  }

  /** A block's rows, times their entries in the column {@code first}, one after the other. */
  private static void subtract(
      double[] row, double[] a, double[] b, double[] c, double[] d, int first, int end) {
    double ofA = a[first];
    double ofB = b[first];
    double ofC = c[first];
    double ofD = d[first];
    for (int j = first; j < end; j++) {
      row[j] = row[j] - ofA * a[j] - ofB * b[j] - ofC * c[j] - ofD * d[j];
    }
  }

  /** Solves A x = b in place for several right-hand sides: {@code b} is row-major, n x columns. */
  void solve(double[] b, int columns) {
    if (columns == 1) {
      solve(b);
      return;
    }
    var rows = new double[n][columns];
    for (int i = 0; i < n; i++) {
      System.arraycopy(b, i * columns, rows[i], 0, columns);
    }
    for (int i = 0; i < n; i++) {
      scale(rows[i], 1 / u[i][i]);
      for (int j = i + 1; j < n; j++) {
        subtract(rows[j], rows[i], u[i][j], 0, columns);
      }
    }
    for (int i = n - 1; i >= 0; i--) {
      for (int j = i + 1; j < n; j++) {
        subtract(rows[i], rows[j], u[i][j], 0, columns);
      }
      scale(rows[i], 1 / u[i][i]);
      System.arraycopy(rows[i], 0, b, i * columns, columns);
    }
  }

  private void solve(double[] b) {
    for (int i = 0; i < n; i++) {
      b[i] *= 1 / u[i][i];
      subtract(b, u[i], b[i], i + 1, n);
    }
    for (int i = n - 1; i >= 0; i--) {
      double[] row = u[i];
      double value = b[i];
      for (int j = i + 1; j < n; j++) {
        value -= row[j] * b[j];
      }
      b[i] = value * (1 / row[i]);
    }
  }

  private static void scale(double[] row, double factor) {
    for (int c = 0; c < row.length; c++) {
      row[c] *= factor;
    }
  }
}
