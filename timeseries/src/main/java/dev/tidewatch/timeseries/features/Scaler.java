package dev.tidewatch.timeseries.features;

import java.util.Arrays;

/**
 * What is done to a feature's number. Those that learn are written without numbers in a recipe that
 * has not been fitted, and with what they learnt in one that has: {@code standard} and {@code
 * standard(20.5,3.25)}.
 */
public sealed interface Scaler {
  /** The number as it is. */
  Scaler NONE = new None();

  /** Leaves numbers alone. */
  record None() implements Scaler {}

  /**
   * How much is taken off and by what is divided, learnt from rows.
   *
   * @param law what is learnt
   * @param offset finite
   * @param divisor finite and positive
   */
  record Learnt(Law law, double offset, double divisor) implements Scaler {
    public Learnt {
      if (!Double.isFinite(offset) || !Double.isFinite(divisor) || divisor <= 0) {
        throw new IllegalArgumentException(
            "scaler %s(%s,%s) needs a finite offset and a positive divisor"
                .formatted(law.code(), offset, divisor));
      }
    }
  }

  /** To be learnt. */
  record Unfitted(Law law) implements Scaler {}

  /**
   * In standard deviations from the mean of the last n intervals of a role, which are the unit of
   * the window itself: levels are shifted and stretched, spreads stretched. For features of series
   * that differ in size.
   *
   * @param n intervals, 2 to 100,000
   */
  record Relative(int n) implements Scaler {
    public Relative {
      if (n < 2 || n > FeatureFunction.ARGUMENT_MAX) {
        throw new IllegalArgumentException(
            "scaler relative(%d) needs 2 to %d intervals"
                .formatted(n, FeatureFunction.ARGUMENT_MAX));
      }
    }
  }

  /** What offset and divisor are. */
  enum Law {
    /** Mean and standard deviation. */
    STANDARD,
    /** Least value and range. */
    MIN_MAX,
    /** Median and interquartile range. */
    ROBUST;

    String code() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }

    /**
     * Learns from the finite ones of the numbers; a divisor that would be 0 is 1.
     *
     * @param numbers of one feature, one a row
     */
    Learnt fit(double[] numbers) {
      double[] sorted = Arrays.stream(numbers).filter(Double::isFinite).sorted().toArray();
      if (sorted.length == 0) {
        return new Learnt(this, 0, 1);
      }
      return switch (this) {
        case STANDARD -> {
          double mean = Arrays.stream(sorted).sum() / sorted.length;
          double squares = 0;
          for (double number : sorted) {
            squares += (number - mean) * (number - mean);
          }
          yield of(mean, Math.sqrt(squares / sorted.length));
        }
        case MIN_MAX -> of(sorted[0], sorted[sorted.length - 1] - sorted[0]);
        case ROBUST -> of(quantile(sorted, 0.5), quantile(sorted, 0.75) - quantile(sorted, 0.25));
      };
    }

    private Learnt of(double offset, double divisor) {
      return new Learnt(this, offset, divisor > 0 && Double.isFinite(divisor) ? divisor : 1);
    }

    /** Linear between order statistics (type 7 of Hyndman and Fan 1996). */
    private static double quantile(double[] sorted, double share) {
      double at = share * (sorted.length - 1);
      int below = (int) at;
      int above = Math.min(below + 1, sorted.length - 1);
      return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
    }
  }
}
