package dev.tidewatch.models.detection.multivariate;

/** Sums of squares on the scale of standard deviations. */
final class ChiSquare {
  private ChiSquare() {}

  /**
   * The normal deviate that is as rare as a chi-square sum at least as large, by the cube root of
   * Wilson and Hilferty (1931).
   *
   * @param mean of the squares: the sum divided by the degrees of freedom
   * @param degrees of freedom, at least 1
   */
  static double deviate(double mean, int degrees) {
    double spread = 2.0 / (9 * degrees);
    return (Math.cbrt(mean) - (1 - spread)) / Math.sqrt(spread);
  }
}
