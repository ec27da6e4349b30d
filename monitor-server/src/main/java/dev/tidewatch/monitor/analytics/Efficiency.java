package dev.tidewatch.monitor.analytics;

/**
 * Consumption against the usual one.
 *
 * @param measuredKwh of the hours that could be judged
 * @param baselineKwh usual consumption of the same hours
 * @param score 50 at the baseline, 100 at half of it or less, 0 at half as much again or more
 * @param baselineCvRmse percent
 */
public record Efficiency(
    double measuredKwh, double baselineKwh, double score, double baselineCvRmse) {
  static Efficiency of(double measuredKwh, double baselineKwh, double baselineCvRmse) {
    double score = Math.clamp(100 * (1.5 - measuredKwh / baselineKwh), 0.0, 100.0);
    return new Efficiency(measuredKwh, baselineKwh, score, baselineCvRmse);
  }
}
