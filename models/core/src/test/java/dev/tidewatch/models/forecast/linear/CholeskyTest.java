package dev.tidewatch.models.forecast.linear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CholeskyTest {
  private static final double RIDGE = 0.3;

  /** Products of random rows, row-major. */
  private static double[] gram(SplittableRandom random, int n) {
    var a = new double[n * n];
    for (int row = 0; row < n + 2; row++) {
      double[] x = random.doubles(n, -1, 1).toArray();
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          a[i * n + j] += x[i] * x[j];
        }
      }
    }
    return a;
  }

  @Test
  void solvesForAnySizeAndNumberOfColumns() {
    var random = new SplittableRandom(3);
    for (int n : new int[] {1, 2, 3, 4, 5, 7, 8, 9, 31, 64}) {
      double[] a = gram(random, n);
      for (int columns : new int[] {1, 2, 13}) {
        double[] b = random.doubles((long) n * columns, -1, 1).toArray();
        double[] x = b.clone();
        Cholesky.of(a, n, RIDGE).solve(x, columns);
        for (int i = 0; i < n; i++) {
          for (int c = 0; c < columns; c++) {
            double sum = RIDGE * x[i * columns + c];
            for (int j = 0; j < n; j++) {
              sum += a[i * n + j] * x[j * columns + c];
            }
            assertThat(sum).as("n %d", n).isCloseTo(b[i * columns + c], within(1e-9));
          }
        }
      }
    }
  }

  /** Row by row as the textbook has it; models of the same data must have the same bytes. */
  private static double[] plainly(double[] a, int n, double[] right) {
    double[] u = a.clone();
    for (int k = 0; k < n; k++) {
      u[k * n + k] += RIDGE;
    }
    for (int k = 0; k < n; k++) {
      double inverse = 1 / Math.sqrt(u[k * n + k]);
      for (int j = k; j < n; j++) {
        u[k * n + j] *= inverse;
      }
      for (int i = k + 1; i < n; i++) {
        for (int j = i; j < n; j++) {
          u[i * n + j] -= u[k * n + i] * u[k * n + j];
        }
      }
    }
    double[] x = right.clone();
    for (int i = 0; i < n; i++) {
      x[i] *= 1 / u[i * n + i];
      for (int j = i + 1; j < n; j++) {
        x[j] -= u[i * n + j] * x[i];
      }
    }
    for (int i = n - 1; i >= 0; i--) {
      for (int j = i + 1; j < n; j++) {
        x[i] -= u[i * n + j] * x[j];
      }
      x[i] *= 1 / u[i * n + i];
    }
    return x;
  }

  @Test
  void blocksAndColumnsChangeNoBit() {
    var random = new SplittableRandom(4);
    for (int n : new int[] {1, 3, 4, 6, 11, 50, 97}) {
      double[] a = gram(random, n);
      double[] right = random.doubles(n, -1, 1).toArray();
      double[] expected = plainly(a, n, right);
      double[] alone = right.clone();
      Cholesky.of(a, n, RIDGE).solve(alone, 1);
      assertThat(alone).as("n %d", n).containsExactly(expected);
      var twice = new double[2 * n];
      for (int i = 0; i < n; i++) {
        twice[2 * i] = right[i];
        twice[2 * i + 1] = -right[i];
      }
      Cholesky.of(a, n, RIDGE).solve(twice, 2);
      for (int i = 0; i < n; i++) {
        assertThat(twice[2 * i]).isEqualTo(expected[i]);
        assertThat(twice[2 * i + 1]).isEqualTo(-expected[i]);
      }
    }
  }

  @Test
  void whatIsNotPositiveDefiniteIsRefused() {
    assertThatThrownBy(() -> Cholesky.of(new double[] {1, 2, 2, 1}, 2, 0))
        .isInstanceOf(ArithmeticException.class)
        .hasMessageContaining("pivot 1");
  }
}
