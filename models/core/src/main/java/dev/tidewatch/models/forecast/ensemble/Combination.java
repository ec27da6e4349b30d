package dev.tidewatch.models.forecast.ensemble;

import java.util.Arrays;

/** How forecasts of one step become one. */
enum Combination {
  MEDIAN {
    @Override
    double of(double[] forecasts, double[] weights) {
      double[] sorted = forecasts.clone();
      Arrays.sort(sorted);
      int middle = sorted.length / 2;
      return sorted.length % 2 == 1
          ? sorted[middle]
          : 0.5 * sorted[middle - 1] + 0.5 * sorted[middle];
    }
  },
  MEAN {
    @Override
    double of(double[] forecasts, double[] weights) {
      return Arrays.stream(forecasts).sum() / forecasts.length;
    }
  },
  WEIGHTED {
    @Override
    double of(double[] forecasts, double[] weights) {
      double sum = 0;
      double total = 0;
      for (int i = 0; i < forecasts.length; i++) {
        sum += weights[i] * forecasts[i];
        total += weights[i];
      }
      return sum / total;
    }
  };

  /**
   * @param forecasts at least one
   * @param weights of them, above 0
   */
  abstract double of(double[] forecasts, double[] weights);
}
