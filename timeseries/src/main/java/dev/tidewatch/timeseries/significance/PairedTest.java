package dev.tidewatch.timeseries.significance;

/**
 * What a test of paired losses says. Less loss is better; {@code first} and {@code second} are in
 * the order in which the losses were given.
 *
 * @param method such as {@code Diebold-Mariano}
 * @param statistic negative where the first loses less
 * @param pairs that went in
 * @param firstBetter probability of a difference as large in favour of the first if there were none
 *     (one-sided p value), 0 to 1
 * @param secondBetter the same in favour of the second
 * @param twoSided probability of a difference as large in either direction
 */
public record PairedTest(
    String method,
    double statistic,
    int pairs,
    double firstBetter,
    double secondBetter,
    double twoSided) {
  public PairedTest {
    requireProbability(firstBetter);
    requireProbability(secondBetter);
    requireProbability(twoSided);
  }

  private static void requireProbability(double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException("p value %s is not within 0 and 1".formatted(value));
    }
  }

  /** No difference at all: nothing speaks for either. */
  static PairedTest equal(String method, int pairs) {
    return new PairedTest(method, 0, pairs, 1, 1, 1);
  }
}
