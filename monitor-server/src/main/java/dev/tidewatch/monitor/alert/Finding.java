package dev.tidewatch.monitor.alert;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What an evaluation of a rule found for one thing.
 *
 * @param outcome whether the condition holds
 * @param summary one sentence: why, with the figures
 * @param figures measures and their values
 * @param traceparent W3C trace context of what led to it; may be empty
 * @param at domain time at which the condition came true, as far as this finding knows
 * @param until for anomalies, domain time to which it holds if no other is found
 * @param anomalyIds those that are new, oldest first
 */
public record Finding(
    AlertLabels labels,
    Outcome outcome,
    String summary,
    Map<String, Double> figures,
    String traceparent,
    Instant at,
    Optional<Instant> until,
    List<UUID> anomalyIds) {
  /** Whether a condition holds. What an evaluation does not name is over. */
  public enum Outcome {
    HOLDS,
    /** Too little is known to say: an alert stays as it is. */
    UNDECIDED
  }

  public Finding {
    figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
    anomalyIds = List.copyOf(anomalyIds);
  }

  /** A condition that holds when it is looked at. */
  public static Finding holds(
      AlertLabels labels, String summary, Map<String, Double> figures, Instant at) {
    return new Finding(
        labels, Outcome.HOLDS, summary, figures, "", at, Optional.empty(), List.of());
  }

  /** Too little is known to say. */
  public static Finding undecided(AlertLabels labels, Instant at) {
    return new Finding(
        labels, Outcome.UNDECIDED, "", Map.of(), "", at, Optional.empty(), List.of());
  }
}
