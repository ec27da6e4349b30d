package dev.tidewatch.models.forecast.linear;

import java.util.Arrays;

/**
 * Values on a scale, centred and in units of their standard deviation, so that sums of squares keep
 * their digits.
 *
 * @param floor least value that a logarithm is taken of
 */
record StandardScore(Scale scale, double floor, double mean, double deviation) {
  static StandardScore of(Scale scale, double[] values) {
    double floor = Arrays.stream(values).filter(value -> value > 0).min().orElse(1) / 2;
    double mean = 0;
    for (double value : values) {
      mean += scale.apply(value, floor) / values.length;
    }
    double square = 0;
    for (double value : values) {
      double distance = scale.apply(value, floor) - mean;
      square += distance * distance / values.length;
    }
    return new StandardScore(scale, floor, mean, square > 0 ? Math.sqrt(square) : 1);
  }

  double[] apply(double[] values) {
    var z = new double[values.length];
    for (int i = 0; i < z.length; i++) {
      z[i] = (scale.apply(values[i], floor) - mean) / deviation;
    }
    return z;
  }

  double invert(double z) {
    return scale.invert(mean + deviation * z);
  }
}
