package dev.tidewatch.monitor.anomaly;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * An anomaly as the log keeps it.
 *
 * @param reportedAt domain time
 * @param actor who set the status; empty: nobody yet
 * @param actedAt domain time of that
 * @param assignee empty: nobody
 * @param revision from 1; one more with each change
 * @param suppressionWindow the maintenance window that it fell in: it raises no alert
 */
public record LoggedAnomaly(
    UUID id,
    Anomaly anomaly,
    Instant reportedAt,
    AnomalyStatus status,
    String actor,
    Optional<Instant> actedAt,
    String assignee,
    int revision,
    Optional<UUID> suppressionWindow) {
  public boolean isSuppressed() {
    return suppressionWindow.isPresent();
  }

  /** Names this state of the anomaly. */
  public String etag() {
    return Integer.toString(revision);
  }
}
