package dev.tidewatch.monitor.health;

import dev.tidewatch.timeseries.significance.MannKendall;

/**
 * Where scores are heading, by Mann and Kendall's test and the slope of Theil and Sen: improving or
 * degrading if a trend is significant (5 %) and moves the score by at least 3 points over the time
 * looked at.
 */
public enum HealthTrend {
  /** Not enough history to say. */
  UNKNOWN,
  IMPROVING,
  STABLE,
  DEGRADING;

  private static final int SCORES_MIN = 6;
  private static final double SIGNIFICANCE = 0.05;
  private static final double CHANGE_MIN = 3;

  /**
   * @param scores at about equal distances, oldest first
   */
  public static HealthTrend of(double... scores) {
    if (scores.length < SCORES_MIN) {
      return UNKNOWN;
    }
    MannKendall test = MannKendall.of(thinned(scores));
    double change = test.slope() * (Math.min(scores.length, MannKendall.VALUES_MAX) - 1);
    if (test.twoSided() >= SIGNIFICANCE || Math.abs(change) < CHANGE_MIN) {
      return STABLE;
    }
    return change > 0 ? IMPROVING : DEGRADING;
  }

  /** Every so manieth of too many. */
  private static double[] thinned(double[] scores) {
    if (scores.length <= MannKendall.VALUES_MAX) {
      return scores;
    }
    var some = new double[MannKendall.VALUES_MAX];
    for (int i = 0; i < some.length; i++) {
      some[i] = scores[(int) ((long) i * scores.length / some.length)];
    }
    return some;
  }
}
