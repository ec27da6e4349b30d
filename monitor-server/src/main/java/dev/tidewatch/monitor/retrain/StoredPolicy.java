package dev.tidewatch.monitor.retrain;

import java.time.Instant;

/**
 * A policy as it is kept.
 *
 * @param revision new with each change
 * @param setAt domain time of the newest change
 * @param cronSeenTo domain time up to which moments of the schedule were dealt with
 */
public record StoredPolicy(RetrainPolicy policy, long revision, Instant setAt, Instant cronSeenTo) {
  /** Names this state of the policy. */
  public String etag() {
    return Long.toString(revision);
  }
}
