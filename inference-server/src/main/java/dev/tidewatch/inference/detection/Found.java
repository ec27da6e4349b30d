package dev.tidewatch.inference.detection;

import dev.tidewatch.models.detection.Cause;
import dev.tidewatch.models.detection.Severity;
import dev.tidewatch.models.detection.Verdict;
import dev.tidewatch.models.detection.multivariate.MultivariateVerdict;
import dev.tidewatch.timeseries.SeriesName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What opened an anomaly.
 *
 * @param timeMicros of the reading; of a row, the start of its interval
 * @param expected null where the detector expects no single value
 * @param kind as the log names it
 * @param reason one sentence for people
 */
public record Found(
    long timeMicros,
    double value,
    double score,
    Severity severity,
    @Nullable Expected expected,
    String kind,
    String reason) {
  /** What would have been ordinary. */
  public record Expected(double value, double lower, double upper) {}

  static Found of(long timeMicros, double value, Verdict verdict) {
    return new Found(
        timeMicros,
        value,
        verdict.score(),
        verdict.severity(),
        new Expected(verdict.expected(), verdict.lower(), verdict.upper()),
        kind(verdict.cause()),
        Reasons.of(timeMicros, value, verdict));
  }

  /**
   * @param value of the first of the series
   */
  static Found of(
      long timeMicros, double value, MultivariateVerdict verdict, List<SeriesName> series) {
    return new Found(
        timeMicros,
        value,
        verdict.score(),
        verdict.severity(),
        null,
        "multivariate",
        Reasons.of(verdict, series.stream().map(SeriesName::value).toList()));
  }

  private static String kind(Cause cause) {
    return switch (cause) {
      case NONE, DEVIATION -> "point";
      case STUCK -> "stuck";
      case SHIFT -> "level-shift";
      case DRIFT -> "drift";
    };
  }
}
