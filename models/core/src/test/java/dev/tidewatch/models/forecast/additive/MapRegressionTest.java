package dev.tidewatch.models.forecast.additive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tidewatch.models.Seeds;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class MapRegressionTest {
  private static double cost(
      double[][] rows,
      double[] y,
      double[] beta,
      double noise,
      double[] scales,
      boolean[] laplace) {
    double cost = 0;
    for (int t = 0; t < y.length; t++) {
      double residual = y[t];
      for (int i = 0; i < beta.length; i++) {
        residual -= rows[t][i] * beta[i];
      }
      cost += residual * residual / (2 * noise * noise);
    }
    for (int i = 0; i < beta.length; i++) {
      cost +=
          laplace[i]
              ? Math.abs(beta[i]) / scales[i]
              : beta[i] * beta[i] / (2 * scales[i] * scales[i]);
    }
    return cost;
  }

  private static double[][] ramps(RandomGenerator random, int count, int columns) {
    var trend = PiecewiseTrend.evenly(0, count, columns - 4, 0.8);
    var rows = new double[count][columns];
    for (int t = 0; t < count; t++) {
      trend.fill(t, rows[t], 0);
      rows[t][columns - 2] = random.nextGaussian();
      rows[t][columns - 1] = Math.sin(t);
    }
    return rows;
  }

  private static MapRegression regression(
      double[][] rows, double[] y, double[] scales, boolean[] laplace) {
    int columns = scales.length;
    var gram = new double[columns][columns];
    var products = new double[columns];
    double squares = 0;
    for (int t = 0; t < y.length; t++) {
      for (int i = 0; i < columns; i++) {
        for (int j = 0; j < columns; j++) {
          gram[i][j] += rows[t][i] * rows[t][j];
        }
        products[i] += rows[t][i] * y[t];
      }
      squares += y[t] * y[t];
    }
    return new MapRegression(gram, products, squares, y.length, scales, laplace);
  }

  /** The optimum is where no step in any direction lowers the cost. */
  @Test
  void findsThePosteriorMaximum() {
    Seeds.forEach(
        15,
        random -> {
          int columns = 24;
          double[][] rows = ramps(random, 150, columns);
          var y = new double[rows.length];
          for (int t = 0; t < y.length; t++) {
            y[t] = Math.abs(t - 70) / 100.0 + 0.2 * Math.sin(t) + 0.05 * random.nextGaussian();
          }
          var scales = new double[columns];
          var laplace = new boolean[columns];
          for (int i = 0; i < columns; i++) {
            laplace[i] = i >= 2 && i < columns - 2;
            scales[i] = laplace[i] ? 0.05 : 5;
          }
          double noise = 0.05;
          double[] beta = regression(rows, y, scales, laplace).given(noise, new double[columns]);
          double least = cost(rows, y, beta, noise, scales, laplace);
          for (int i = 0; i < columns; i++) {
            for (double step : new double[] {-1e-3, -1e-5, 1e-5, 1e-3}) {
              double[] moved = beta.clone();
              moved[i] += step;
              assertThat(cost(rows, y, moved, noise, scales, laplace))
                  .as("column %d by %s", i, step)
                  .isGreaterThanOrEqualTo(least - 1e-9 * least);
            }
          }
          for (int trial = 0; trial < 200; trial++) {
            double[] moved = beta.clone();
            for (int i = 0; i < columns; i++) {
              moved[i] += 1e-3 * random.nextGaussian();
            }
            assertThat(cost(rows, y, moved, noise, scales, laplace))
                .isGreaterThanOrEqualTo(least - 1e-9 * least);
          }
        });
  }

  @Test
  void mostBendsAreZeroAndTheNoiseIsFound() {
    Seeds.forEach(
        10,
        random -> {
          var trend = PiecewiseTrend.evenly(0, 500, 20, 0.8);
          var rows = new double[500][trend.columns()];
          var y = new double[500];
          for (int t = 0; t < y.length; t++) {
            trend.fill(t, rows[t], 0);
            y[t] = 0.3 * rows[t][1] - 0.8 * rows[t][12] + 0.02 * random.nextGaussian();
          }
          var scales = new double[trend.columns()];
          var laplace = new boolean[trend.columns()];
          for (int i = 0; i < scales.length; i++) {
            laplace[i] = i >= 2;
            scales[i] = laplace[i] ? 0.05 : 5;
          }
          MapRegression.Solution solution =
              regression(rows, y, scales, laplace).solve(new double[scales.length]);
          assertThat(solution.noise).isCloseTo(0.02, within(0.003));
          int zero = 0;
          double slopeAtEnd = solution.coefficients[1];
          for (int i = 2; i < scales.length; i++) {
            zero += solution.coefficients[i] == 0 ? 1 : 0;
            slopeAtEnd += solution.coefficients[i];
          }
          assertThat(zero).isGreaterThanOrEqualTo(10);
          assertThat(slopeAtEnd).isCloseTo(-0.5, within(0.1));
        });
  }
}
