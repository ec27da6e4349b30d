package dev.tidewatch.models.forecast.smoothing;

/**
 * Smoothing parameters.
 *
 * @param alpha of the level
 * @param beta of the trend; at most alpha, 0 without a trend
 * @param gamma of the season; at most 1 - alpha, 0 without a season
 * @param phi damping of the trend a step; 1 without damping
 */
record EtsWeights(double alpha, double beta, double gamma, double phi) {
  static final double MIN = 1e-4;
  static final double MAX = 0.9999;
  static final double PHI_MIN = 0.8;
  static final double PHI_MAX = 0.98;
}
