package dev.tidewatch.models.forecast.linear;

/** Weights that solve anchored normal equations. */
final class Solution {
  private Solution() {}

  /**
   * Weights of anchored lags, lookback x horizon: (G + kI)^-1 (C + kP).
   *
   * @param relativePenalty k in units of the mean square of a lag
   */
  static double[] of(LagMoments.Anchored moments, double relativePenalty, Prior prior) {
    var target = new double[moments.lookback() * moments.horizon()];
    addPrior(target, prior, moments.horizon(), 1);
    return of(moments, relativePenalty, target, 1);
  }

  static void addPrior(double[] target, Prior prior, int horizon, double share) {
    for (int h = 0; h < horizon; h++) {
      for (int k = 0; k < prior.lags()[h].length; k++) {
        target[prior.lags()[h][k] * horizon + h] += share * prior.weights()[h][k];
      }
    }
  }

  /** The same with dense prior weights, which are used up, in a given total share. */
  static double[] of(
      LagMoments.Anchored moments, double relativePenalty, double[] prior, double share) {
    double penalty = moments.penalty(relativePenalty);
    double[] right = prior;
    for (int i = 0; i < right.length; i++) {
      right[i] = share * moments.cross()[i] + penalty * right[i];
    }
    Cholesky.of(moments.gram(), moments.lookback(), penalty).solve(right, moments.horizon());
    return right;
  }
}
