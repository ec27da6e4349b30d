package dev.tidewatch.models.forecast.linear;

import java.util.Arrays;

/** On which scale a series is linear enough: as it is, its square root, or its logarithm. */
enum Scale {
  RAW,
  SQRT,
  LOG;

  /** A logarithm is offered where the least value is at least this share of the mean. */
  private static final double LOG_SHARE_MIN = 1e-3;

  boolean fits(double[] values) {
    double min = Arrays.stream(values).min().orElse(0);
    double mean = Arrays.stream(values).average().orElse(0);
    return switch (this) {
      case RAW -> true;
      case SQRT -> min >= 0 && mean > 0;
      case LOG -> min > 0 && min >= LOG_SHARE_MIN * mean;
    };
  }

  /** Values that a fitted scale cannot take, in a later window, count as the smallest it can. */
  double apply(double value, double floor) {
    return switch (this) {
      case RAW -> value;
      case SQRT -> Math.sqrt(Math.max(value, 0));
      case LOG -> Math.log(Math.max(value, floor));
    };
  }

  double invert(double scaled) {
    return switch (this) {
      case RAW -> scaled;
      case SQRT -> scaled <= 0 ? 0 : scaled * scaled;
      case LOG -> Math.exp(scaled);
    };
  }
}
