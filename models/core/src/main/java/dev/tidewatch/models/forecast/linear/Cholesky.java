package dev.tidewatch.models.forecast.linear;

/**
 * Factor U of a symmetric positive definite matrix A = U'U (Golub and Van Loan, "Matrix
 * Computations", section 4.2). Rows are contiguous, so that inner loops are vector operations whose
 * results do not depend on the order of sums.
 */
final class Cholesky {
  private final int n;

  /** Row-major; the upper triangle counts. */
  private final double[] u;

  private Cholesky(int n, double[] u) {
    this.n = n;
    this.u = u;
  }

  /**
   * Factors A + ridge * I.
   *
   * @param a row-major, n x n, upper triangle; not changed
   * @throws ArithmeticException if the sum is not positive definite
   */
  static Cholesky of(double[] a, int n, double ridge) {
    var u = new double[n * n];
    for (int i = 0; i < n; i++) {
      System.arraycopy(a, i * n + i, u, i * n + i, n - i);
      u[i * n + i] += ridge;
    }
    for (int k = 0; k < n; k++) {
      int rowK = k * n;
      double pivot = u[rowK + k];
      if (!(pivot > 0)) {
        throw new ArithmeticException("pivot %d is %s".formatted(k, pivot));
      }
      double inverse = 1 / Math.sqrt(pivot);
      for (int j = k; j < n; j++) {
        u[rowK + j] *= inverse;
      }
      for (int i = k + 1; i < n; i++) {
        subtract(u, i * n, rowK, i, n, u[rowK + i]);
      }
    }
    return new Cholesky(n, u);
  }

  private static void subtract(double[] u, int to, int from, int first, int end, double factor) {
    for (int j = first; j < end; j++) {
      u[to + j] -= factor * u[from + j];
    }
  }

  /** Solves A x = b in place for several right-hand sides: {@code b} is row-major, n x columns. */
  void solve(double[] b, int columns) {
    for (int i = 0; i < n; i++) {
      scale(b, i * columns, columns, 1 / u[i * n + i]);
      for (int j = i + 1; j < n; j++) {
        add(b, j * columns, i * columns, columns, -u[i * n + j]);
      }
    }
    for (int i = n - 1; i >= 0; i--) {
      for (int j = i + 1; j < n; j++) {
        add(b, i * columns, j * columns, columns, -u[i * n + j]);
      }
      scale(b, i * columns, columns, 1 / u[i * n + i]);
    }
  }

  private static void scale(double[] b, int at, int columns, double factor) {
    for (int c = 0; c < columns; c++) {
      b[at + c] *= factor;
    }
  }

  private static void add(double[] b, int to, int from, int columns, double factor) {
    for (int c = 0; c < columns; c++) {
      b[to + c] += factor * b[from + c];
    }
  }
}
