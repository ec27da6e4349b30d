package dev.tidewatch.monitor.health;

import dev.tidewatch.monitor.ModelVersion;
import dev.tidewatch.monitor.anomaly.Severity;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** What the monitor's own tables say of health. Thread-safe. */
public interface HealthFigures {
  /** Anomalies of a time by series and severity; without false alarms and suppressed ones. */
  Map<String, Map<Severity, Long>> anomalies(Instant from, Instant to);

  /**
   * How good a version was on a series.
   *
   * @param error mean absolute error over the last days
   * @param baseline the same when the version was new; empty: there were too few pairs so far
   * @param level of the interval whose coverage is told; empty: it issues none
   * @param coverage share of actuals inside
   */
  record Quality(
      String series,
      ModelVersion version,
      long pairs,
      double error,
      OptionalDouble baseline,
      OptionalDouble level,
      OptionalDouble coverage) {}

  /** Of champions' answers, at most {@code max}; keeps baselines of those that have none yet. */
  List<Quality> qualities(Instant from, Instant to, int max);
}
