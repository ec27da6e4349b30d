package dev.tidewatch.models.forecast.arima;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tidewatch.models.Seeds;
import java.util.random.RandomGenerator;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.CholeskyDecomposition;
import org.junit.jupiter.api.Test;

class ArmaFilterTest {
  private static double[] partials(RandomGenerator random, int count) {
    var partials = new double[count];
    for (int i = 0; i < count; i++) {
      partials[i] = random.nextDouble(-0.95, 0.95);
    }
    return partials;
  }

  private static ArmaProcess process(RandomGenerator random) {
    int season = random.nextInt(2, 8);
    double[] ar =
        LagPolynomial.product(
            LagPolynomial.ofPartials(partials(random, random.nextInt(4))),
            LagPolynomial.ofPartials(partials(random, random.nextInt(3))),
            season);
    double[] ma =
        LagPolynomial.product(
            LagPolynomial.ofPartials(partials(random, random.nextInt(4))),
            LagPolynomial.ofPartials(partials(random, random.nextInt(2))),
            season);
    return new ArmaProcess(ar, LagPolynomial.negated(ma));
  }

  private static double[] noise(RandomGenerator random, int count) {
    var noise = new double[count];
    for (int i = 0; i < count; i++) {
      noise[i] = random.nextGaussian();
    }
    return noise;
  }

  /** The likelihood by its definition: the multivariate normal density of all values. */
  @Test
  void exactLikelihoodIsTheNormalDensity() {
    Seeds.forEach(
        60,
        random -> {
          ArmaProcess process = process(random);
          int n = random.nextInt(1, 70);
          double[] w = noise(random, n);
          double[] gamma = process.autocovariances(n);
          var covariance = new Array2DRowRealMatrix(n, n);
          for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
              covariance.setEntry(i, j, gamma[Math.abs(i - j)]);
            }
          }
          var cholesky = new CholeskyDecomposition(covariance, 1e-6, 0);
          var vector = new ArrayRealVector(w);
          double squares = vector.dotProduct(cholesky.getSolver().solve(vector));
          double logDeterminant = Math.log(cholesky.getDeterminant());

          ArmaFilter.Filtered filtered = ArmaFilter.exact(process).filter(w);
          double sum = 0;
          for (double e : filtered.innovations) {
            sum += e * e;
          }
          assertThat(filtered.count).isEqualTo(n);
          assertThat(sum).isCloseTo(squares, within(1e-6 * squares));
          assertThat(filtered.logVariances)
              .isCloseTo(logDeterminant, within(1e-6 * (1 + Math.abs(logDeterminant))));
        });
  }

  /** Autocovariances against the sum over innovations: gamma(k) = Σ psi(i) psi(i + k). */
  @Test
  void autocovariancesAreThoseOfThePsiWeights() {
    Seeds.forEach(
        30,
        random -> {
          double[] ar = LagPolynomial.ofPartials(new double[] {random.nextDouble(-0.7, 0.7), 0.3});
          var process = new ArmaProcess(ar, partials(random, 3));
          double[] gamma = process.autocovariances(8);
          double[] psi = process.psiWeights(600);
          for (int k = 0; k < gamma.length; k++) {
            double sum = 0;
            for (int i = 0; i + k < psi.length; i++) {
              sum += psi[i] * psi[i + k];
            }
            assertThat(gamma[k]).isCloseTo(sum, within(1e-8 * gamma[0]));
          }
        });
  }

  /** The settled difference equation must go on where the recursions leave off. */
  @Test
  void longSeriesForecastTheSameFromExactAndConditionalState() {
    Seeds.forEach(
        20,
        random -> {
          var process = new ArmaProcess(new double[] {0.5, 0.2}, new double[] {0.4, 0, 0.3});
          double[] w = noise(random, 400);
          double[] exact = ArmaFilter.ahead(process, ArmaFilter.exact(process).filter(w).state, 12);
          double[] conditional =
              ArmaFilter.ahead(process, ArmaFilter.conditional(process).filter(w).state, 12);
          assertThat(exact).containsExactly(conditional, within(1e-9));
        });
  }

  @Test
  void partialsAndCoefficientsAreEachOthersInverse() {
    Seeds.forEach(
        50,
        random -> {
          double[] partials = partials(random, random.nextInt(1, 6));
          double[] phi = LagPolynomial.ofPartials(partials);
          assertThat(LagPolynomial.partials(phi)).containsExactly(partials, within(1e-6));
          assertThat(LagPolynomial.rootsOutside(phi, 1)).isTrue();
        });
    assertThat(LagPolynomial.rootsOutside(new double[] {1.01}, 1)).isFalse();
    assertThat(LagPolynomial.rootsOutside(new double[] {0.985}, 1.01)).isTrue();
    assertThat(LagPolynomial.rootsOutside(new double[] {0.995}, 1.01)).isFalse();
    // 1 - 1.5 B + 0.56 B^2 = (1 - 0.7 B)(1 - 0.8 B)
    assertThat(LagPolynomial.rootsOutside(new double[] {1.5, -0.56}, 1.24)).isTrue();
    assertThat(LagPolynomial.rootsOutside(new double[] {1.5, -0.56}, 1.26)).isFalse();
  }
}
