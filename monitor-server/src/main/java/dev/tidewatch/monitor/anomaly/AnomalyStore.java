package dev.tidewatch.monitor.anomaly;

import dev.tidewatch.monitor.Page;
import dev.tidewatch.monitor.TimeSpan;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Keeps the anomaly log. Every change takes the next position of one order, which is the order of
 * commits. Thread-safe.
 */
public interface AnomalyStore {
  /** Behind which anomaly a page begins, newest time first, then by id. */
  record AnomalyCursor(Instant time, UUID id) {}

  /** Where the log stands: its life, and the newest position. */
  record Head(long epoch, long position) {}

  /** A change, and the anomaly as it is now. */
  record ChangedAnomaly(AnomalyChange change, LoggedAnomaly anomaly) {}

  /**
   * Keeps those whose id is not there yet, all or none.
   *
   * @return the ids of the new ones
   */
  Set<UUID> report(List<Anomaly> anomalies, Instant reportedAt);

  Optional<LoggedAnomaly> find(UUID id);

  /** The newest changes of one anomaly, oldest first. */
  List<AnomalyChange> history(UUID id, int limit);

  /** Newest time first. */
  Page<LoggedAnomaly, AnomalyCursor> page(
      AnomalyFilter filter, TimeSpan span, Optional<AnomalyCursor> after, int size);

  /**
   * Acknowledges, unless it is acknowledged by the same actor already.
   *
   * @param etag the state it must be in; empty: any
   * @throws dev.tidewatch.serverkit.errors.NotFound ANOMALY_UNKNOWN
   * @throws dev.tidewatch.serverkit.errors.Aborted ETAG_STALE
   * @throws dev.tidewatch.serverkit.errors.FailedPrecondition ANOMALY_CLOSED
   */
  LoggedAnomaly acknowledge(
      UUID id, Optional<String> etag, String actor, String comment, Instant at);

  /**
   * Gives it to somebody, unless it is theirs already.
   *
   * @param assignee empty: nobody
   * @throws dev.tidewatch.serverkit.errors.NotFound ANOMALY_UNKNOWN
   * @throws dev.tidewatch.serverkit.errors.Aborted ETAG_STALE
   */
  LoggedAnomaly assign(UUID id, Optional<String> etag, String actor, String assignee, Instant at);

  /**
   * Adds a comment, unless this request added it before.
   *
   * @throws dev.tidewatch.serverkit.errors.NotFound ANOMALY_UNKNOWN
   */
  LoggedAnomaly comment(UUID id, String actor, String comment, UUID requestId, Instant at);

  /** An anomaly that was none, and the revision of the tuning that this made; 0: none. */
  record FalseAlarm(LoggedAnomaly anomaly, long tuningRevision) {}

  /**
   * Says that it was none, unless that was said before, and raises the detector's threshold for the
   * series by {@link dev.tidewatch.monitor.tuning.ThresholdFeedback}, both or neither.
   *
   * @throws dev.tidewatch.serverkit.errors.NotFound ANOMALY_UNKNOWN
   * @throws dev.tidewatch.serverkit.errors.Aborted ETAG_STALE
   */
  FalseAlarm markFalseAlarm(
      UUID id, Optional<String> etag, String actor, String comment, Instant at);

  Head head();

  /** What happened behind a position, in order. */
  List<ChangedAnomaly> changesAfter(long position, int limit);
}
