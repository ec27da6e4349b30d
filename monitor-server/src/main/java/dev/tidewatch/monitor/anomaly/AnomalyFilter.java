package dev.tidewatch.monitor.anomaly;

import java.util.Optional;
import java.util.Set;

/**
 * Which anomalies; what is absent matches everything, and all that is there must match.
 *
 * @param statuses empty: all
 * @param includeSuppressed also those in maintenance windows
 */
public record AnomalyFilter(
    Optional<String> series,
    Optional<String> seriesPrefix,
    Optional<Severity> severityMin,
    Set<AnomalyStatus> statuses,
    Optional<String> detector,
    Optional<String> detectorVersion,
    Optional<String> assignee,
    boolean includeSuppressed) {
  /** Everything, suppressed or not. */
  public static final AnomalyFilter ALL =
      new AnomalyFilter(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Set.of(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          true);

  public AnomalyFilter {
    statuses = Set.copyOf(statuses);
  }

  /** True if the anomaly, as it is now, matches. */
  public boolean matches(LoggedAnomaly logged) {
    Anomaly anomaly = logged.anomaly();
    String name = anomaly.series().value();
    return series.map(name::equals).orElse(true)
        && seriesPrefix.map(name::startsWith).orElse(true)
        && severityMin.map(min -> anomaly.severity().compareTo(min) >= 0).orElse(true)
        && (statuses.isEmpty() || statuses.contains(logged.status()))
        && detector.map(anomaly.detector()::equals).orElse(true)
        && detectorVersion.map(anomaly.detectorVersion()::equals).orElse(true)
        && assignee.map(logged.assignee()::equals).orElse(true)
        && (includeSuppressed || !logged.isSuppressed());
  }
}
