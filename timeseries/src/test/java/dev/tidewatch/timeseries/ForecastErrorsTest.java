package dev.tidewatch.timeseries;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/**
 * The first four pairs are the example of scikit-learn's documentation (mean_absolute_error 0.5,
 * mean_squared_error 0.375, mean_absolute_percentage_error 0.3273...); the fifth has an actual
 * value of 0. Other figures were worked out by hand from the formulas that the class cites.
 */
class ForecastErrorsTest {
  private static final double[] ACTUAL = {3, -0.5, 2, 7, 0};
  private static final double[] FORECAST = {2.5, 0, 2, 8, 1};
  private static final double[] LOWER = {2, -1, 2.5, 6, -1};
  private static final double[] UPPER = {4, 1, 3, 9, 0.5};

  @Test
  void agreesWithPublishedExample() {
    double[] actual = {3, -0.5, 2, 7};
    double[] forecast = {2.5, 0, 2, 8};
    assertThat(ForecastErrors.mae(actual, forecast)).isEqualTo(0.5);
    assertThat(ForecastErrors.rmse(actual, forecast)).isEqualTo(Math.sqrt(0.375));
    assertThat(ForecastErrors.mape(actual, forecast)).isCloseTo(32.73809523809524, within(1e-12));
  }

  @Test
  void agreesWithFormulas() {
    assertThat(ForecastErrors.mae(ACTUAL, FORECAST)).isCloseTo(0.6, within(1e-15));
    assertThat(ForecastErrors.rmse(ACTUAL, FORECAST)).isCloseTo(Math.sqrt(0.5), within(1e-15));
    assertThat(ForecastErrors.bias(ACTUAL, FORECAST)).isCloseTo(0.4, within(1e-15));
    assertThat(ForecastErrors.smape(ACTUAL, FORECAST)).isCloseTo(86.3030303030303, within(1e-12));
    assertThat(ForecastErrors.coverage(ACTUAL, LOWER, UPPER)).isEqualTo(0.8);
    assertThat(ForecastErrors.intervalScore(ACTUAL, LOWER, UPPER, 0.9))
        .isCloseTo(3.8, within(1e-12));
    assertThat(ForecastErrors.pinball(ACTUAL, FORECAST, 0.9)).isCloseTo(0.14, within(1e-15));
    assertThat(ForecastErrors.pinball(ACTUAL, FORECAST, 0.5))
        .as("half the MAE")
        .isCloseTo(0.3, within(1e-15));
  }

  @Test
  void scaleOfMaseIsTheSeasonalChangeInTraining() {
    double[] training = {1, 4, 2, 8, 5, 7};
    assertThat(ForecastErrors.maseScale(training, 2)).isEqualTo(2.25);
    assertThat(ForecastErrors.mase(ACTUAL, FORECAST, 2.25)).isCloseTo(0.6 / 2.25, within(1e-15));
    assertThat(ForecastErrors.maseScale(new double[] {1, Double.NaN, 3, 6}, 1)).isEqualTo(3);
    assertThat(ForecastErrors.mase(ACTUAL, FORECAST, 0)).isNaN();
    assertThat(ForecastErrors.maseScale(training, 6)).isNaN();
  }

  @Test
  void zerosHaveNoPercentageButCountInSymmetricOnes() {
    assertThat(ForecastErrors.mape(new double[] {0, 4}, new double[] {1, 5})).isEqualTo(25);
    assertThat(ForecastErrors.mape(new double[] {0}, new double[] {1})).isNaN();
    assertThat(ForecastErrors.smape(new double[] {0, 0}, new double[] {0, 1})).isEqualTo(100);
  }

  @Test
  void missingPairsAreLeftOut() {
    double[] actual = {1, Double.NaN, 3};
    double[] forecast = {2, 5, Double.NaN};
    assertThat(ForecastErrors.mae(actual, forecast)).isEqualTo(1);
    assertThat(ForecastErrors.coverage(actual, new double[] {0, 0, 0}, new double[] {2, 9, 2}))
        .isEqualTo(0.5);
    assertThat(ForecastErrors.mae(new double[0], new double[0])).isNaN();
  }

  @Test
  void argumentsAreChecked() {
    assertThatThrownBy(() -> ForecastErrors.mae(new double[2], new double[3]))
        .hasMessageContaining("2 actual values");
    assertThatThrownBy(() -> ForecastErrors.pinball(ACTUAL, FORECAST, 1))
        .hasMessageContaining("probability");
    assertThatThrownBy(() -> ForecastErrors.intervalScore(0, 0, 0, 0))
        .hasMessageContaining("level");
    assertThatThrownBy(() -> ForecastErrors.maseScale(ACTUAL, 0)).hasMessageContaining("season");
  }

  @Test
  void sumsOfBucketsEqualTheWhole() {
    Seeds.forEach(
        100,
        random -> {
          int count = random.nextInt(1, 50);
          var actual = new double[count];
          var forecast = new double[count];
          var lower = new double[count];
          var upper = new double[count];
          var buckets = new ErrorSums[] {ErrorSums.NONE, ErrorSums.NONE, ErrorSums.NONE};
          for (int i = 0; i < count; i++) {
            actual[i] = random.nextInt(5) == 0 ? 0 : random.nextGaussian();
            forecast[i] = random.nextGaussian();
            lower[i] = forecast[i] - random.nextDouble();
            upper[i] = forecast[i] + random.nextDouble();
            int bucket = random.nextInt(3);
            buckets[bucket] =
                buckets[bucket].plus(ErrorSums.of(actual[i], forecast[i], lower[i], upper[i]));
          }
          ErrorSums sums = buckets[0].plus(buckets[1]).plus(buckets[2]);
          assertThat(sums.mae()).isCloseTo(ForecastErrors.mae(actual, forecast), within(1e-12));
          assertThat(sums.rmse()).isCloseTo(ForecastErrors.rmse(actual, forecast), within(1e-12));
          assertThat(sums.bias()).isCloseTo(ForecastErrors.bias(actual, forecast), within(1e-12));
          assertThat(sums.coverage())
              .isCloseTo(ForecastErrors.coverage(actual, lower, upper), within(1e-12));
          double mape = ForecastErrors.mape(actual, forecast);
          if (Double.isNaN(mape)) {
            assertThat(sums.mape()).isNaN();
          } else {
            assertThat(sums.mape()).isCloseTo(mape, within(1e-6 * Math.max(1, mape)));
          }
        });
    assertThat(ErrorSums.of(1, 2, Double.NaN, Double.NaN).coverage()).isNaN();
    assertThat(ErrorSums.NONE.mae()).isNaN();
    assertThatThrownBy(() -> ErrorSums.of(Double.NaN, 0, 0, 0)).hasMessageContaining("finite");
  }
}
