package dev.tidewatch.monitor.decision;

import dev.tidewatch.monitor.TextField;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A decision with what it rests on. Texts are empty where there is nothing to say.
 *
 * @param id made of what is decided ({@code ContentId.of}), so that a repeat has the same
 * @param model registered model; of a tuning the detector
 * @param alias the one that moved; empty: none
 * @param from where it stood
 * @param to where it stands
 * @param aliasRevision registry revision of the move; 0: none
 * @param time domain time
 * @param actor person; empty: the monitor itself
 * @param reason one sentence
 * @param figures by name, in the order in which they are told; finite
 * @param retrainTaskId 32 hexadecimal digits
 * @param trialId 32 hexadecimal digits
 * @param alertId as the alert names itself
 * @param traceId 32 hexadecimal digits
 * @param revertedBy the decision that took this one back; empty: it stands
 */
public record Decision(
    UUID id,
    DecisionKind kind,
    String model,
    String alias,
    String from,
    String to,
    long aliasRevision,
    Instant time,
    String actor,
    String reason,
    Map<String, Double> figures,
    String retrainTaskId,
    String trialId,
    String alertId,
    String traceId,
    Optional<UUID> revertedBy) {
  public Decision {
    TextField.require("model", model, 1, 128);
    TextField.require("reason", reason, 1, 10_000);
    var finite = new LinkedHashMap<String, Double>();
    figures.forEach((name, value) -> {
      if (Double.isFinite(value)) {
        finite.put(name, value);
      }
    });
    figures = Collections.unmodifiableMap(finite);
  }

  /** A decision that moved no alias and came from nothing; the other parts are added to it. */
  public static Decision of(UUID id, DecisionKind kind, String model, Instant time, String reason) {
    return new Decision(
        id,
        kind,
        model,
        "",
        "",
        "",
        0,
        time,
        "",
        reason,
        Map.of(),
        "",
        "",
        "",
        "",
        Optional.empty());
  }

  public Decision moving(String newAlias, String newFrom, String newTo, long newRevision) {
    return new Decision(
        id,
        kind,
        model,
        newAlias,
        newFrom,
        newTo,
        newRevision,
        time,
        actor,
        reason,
        figures,
        retrainTaskId,
        trialId,
        alertId,
        traceId,
        revertedBy);
  }

  public Decision by(String newActor) {
    return new Decision(
        id,
        kind,
        model,
        alias,
        from,
        to,
        aliasRevision,
        time,
        newActor,
        reason,
        figures,
        retrainTaskId,
        trialId,
        alertId,
        traceId,
        revertedBy);
  }

  public Decision restingOn(Map<String, Double> newFigures) {
    return new Decision(
        id,
        kind,
        model,
        alias,
        from,
        to,
        aliasRevision,
        time,
        actor,
        reason,
        newFigures,
        retrainTaskId,
        trialId,
        alertId,
        traceId,
        revertedBy);
  }

  /** Ids of what it came from; empty texts for none. */
  public Decision comingFrom(
      String newRetrainTaskId, String newTrialId, String newAlertId, String newTraceId) {
    return new Decision(
        id,
        kind,
        model,
        alias,
        from,
        to,
        aliasRevision,
        time,
        actor,
        reason,
        figures,
        newRetrainTaskId,
        newTrialId,
        newAlertId,
        newTraceId,
        revertedBy);
  }
}
