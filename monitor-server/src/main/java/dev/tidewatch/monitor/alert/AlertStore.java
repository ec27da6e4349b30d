package dev.tidewatch.monitor.alert;

import dev.tidewatch.monitor.Page;
import dev.tidewatch.monitor.TimeSpan;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Keeps alerts and every transition of theirs. Each transition takes the next position of one
 * order, which is the order of commits. Thread-safe.
 */
public interface AlertStore {
  /** Behind which alert a page begins: newest begin first, then by id. */
  record AlertCursor(Instant pendingSince, UUID id) {}

  /** Where the log of transitions stands: its life, and the newest position. */
  record Head(long epoch, long position) {}

  /** A transition, and the alert as it is now. */
  record ChangedAlert(AlertTransition transition, Alert alert) {}

  Optional<Alert> find(UUID id);

  /** Newest begin first. */
  Page<Alert, AlertCursor> page(
      AlertFilter filter, TimeSpan begun, Optional<AlertCursor> after, int size);

  /** Open alerts of these rules about exactly this series that fire, acknowledged or not. */
  List<Alert> firing(Collection<String> rules, String series);

  /** The newest transitions of one alert, oldest first. */
  List<AlertTransition> history(UUID id, int limit);

  /**
   * Newest first.
   *
   * @param alert absent: of all
   * @param before only those of lower position
   */
  Page<AlertTransition, Long> transitions(
      Optional<UUID> alert, TimeSpan span, Optional<Long> before, int size);

  /**
   * Acknowledges, unless it is acknowledged by the same actor already.
   *
   * @param etag the state it must be in; absent: any
   * @throws dev.tidewatch.serverkit.errors.NotFound ALERT_UNKNOWN
   * @throws dev.tidewatch.serverkit.errors.Aborted ETAG_STALE
   * @throws dev.tidewatch.serverkit.errors.FailedPrecondition ALERT_RESOLVED
   */
  Alert acknowledge(UUID id, Optional<String> etag, String actor, String comment, Instant at);

  /**
   * Resolves by hand, unless it is resolved already.
   *
   * @param etag the state it must be in; absent: any
   * @throws dev.tidewatch.serverkit.errors.NotFound ALERT_UNKNOWN
   * @throws dev.tidewatch.serverkit.errors.Aborted ETAG_STALE
   */
  Alert resolve(UUID id, Optional<String> etag, String actor, String comment, Instant at);

  Head head();

  /** What happened behind a position, in order. */
  List<ChangedAlert> transitionsAfter(long position, int limit);
}
