package dev.tidewatch.monitor.alert;

import dev.tidewatch.monitor.ContentId;
import dev.tidewatch.monitor.anomaly.Severity;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A rule that holds, or held, for one thing. Times are domain time.
 *
 * @param rule name of the rule, which may be gone
 * @param severity that of the rule when the alert began
 * @param summary one sentence: why, with the figures
 * @param figures measures and their values
 * @param advice may be empty
 * @param traceparent W3C trace context of what led to it; may be empty
 * @param pendingSince when the condition came true first
 * @param overSince from when the condition is over; absent: it holds
 * @param conditionUntil for anomalies, to when the condition holds if no other is found; absent: it
 *     is looked at anew each time
 * @param anomalyIds the newest {@link #ANOMALIES_MAX}, oldest first
 * @param occurrences how often the condition came true while the alert was open
 * @param flapping held firing, since it changed too often
 * @param actor who acknowledged it; empty: nobody
 * @param revision from 1; one more with each transition
 */
public record Alert(
    UUID id,
    String rule,
    AlertLabels labels,
    Severity severity,
    AlertState state,
    String summary,
    Map<String, Double> figures,
    String advice,
    String traceparent,
    Instant pendingSince,
    Optional<Instant> firingSince,
    Optional<Instant> resolvedAt,
    Optional<Instant> overSince,
    Optional<Instant> conditionUntil,
    List<UUID> anomalyIds,
    int occurrences,
    boolean flapping,
    String actor,
    int revision) {
  /** So many anomalies are remembered by name. */
  public static final int ANOMALIES_MAX = 100;

  public Alert {
    figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
    anomalyIds = List.copyOf(anomalyIds);
  }

  /** Names this state of the alert. */
  public String etag() {
    return Integer.toString(revision);
  }

  /** Equal for all alerts of one rule about one thing. */
  public UUID subject() {
    return subject(rule, labels);
  }

  /**
   * Equal for equal rule and labels; the device of a series does not count, since it may change.
   */
  public static UUID subject(String rule, AlertLabels labels) {
    return ContentId.of(
        "alert-subject",
        rule,
        labels.series(),
        labels.model(),
        labels.version(),
        labels.series().isEmpty() ? labels.device() : "",
        labels.server());
  }

  /** What a matcher of that label sees; {@code rule} and {@code severity} count as labels. */
  public Optional<String> label(String name) {
    return switch (name) {
      case "rule" -> Optional.of(rule);
      case "severity" -> Optional.of(severity.name());
      default -> labels.get(name);
    };
  }
}
