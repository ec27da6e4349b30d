package dev.tidewatch.monitor.api;

import dev.tidewatch.monitor.ContentId;
import dev.tidewatch.monitor.accuracy.AccuracyComparison;
import dev.tidewatch.monitor.decision.Decision;
import dev.tidewatch.monitor.decision.DecisionKind;
import dev.tidewatch.monitor.story.StoryLine;
import dev.tidewatch.monitor.trial.Trial;
import dev.tidewatch.monitor.trial.TrialStep;
import dev.tidewatch.proto.monitor.v1.AccuracyFigures;
import dev.tidewatch.proto.monitor.v1.CompareAccuracyResponse;
import dev.tidewatch.proto.monitor.v1.TrialState;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Decisions, trials and comparisons, in and out of their messages. */
final class DecisionMessages {
  private DecisionMessages() {}

  static dev.tidewatch.proto.monitor.v1.Decision write(Decision decision) {
    return dev.tidewatch.proto.monitor.v1.Decision.newBuilder()
        .setId(ContentId.toText(decision.id()))
        .setKind(kind(decision.kind()))
        .setModel(decision.model())
        .setAlias(decision.alias())
        .setFromVersion(decision.from())
        .setToVersion(decision.to())
        .setTime(Wire.time(decision.time()))
        .setActor(decision.actor())
        .setReason(decision.reason())
        .putAllFigures(decision.figures())
        .setRetrainTaskId(decision.retrainTaskId())
        .setTrialId(decision.trialId())
        .setAlertId(decision.alertId())
        .setTraceId(decision.traceId())
        .setRevertedBy(decision.revertedBy().map(ContentId::toText).orElse(""))
        .build();
  }

  private static dev.tidewatch.proto.monitor.v1.DecisionKind kind(DecisionKind kind) {
    return switch (kind) {
      case RETRAIN -> dev.tidewatch.proto.monitor.v1.DecisionKind.DECISION_KIND_RETRAIN;
      case GATE_PASSED -> dev.tidewatch.proto.monitor.v1.DecisionKind.DECISION_KIND_GATE_PASSED;
      case GATE_REFUSED -> dev.tidewatch.proto.monitor.v1.DecisionKind.DECISION_KIND_GATE_REFUSED;
      case CANARY_STARTED ->
          dev.tidewatch.proto.monitor.v1.DecisionKind.DECISION_KIND_CANARY_STARTED;
      case PROMOTED -> dev.tidewatch.proto.monitor.v1.DecisionKind.DECISION_KIND_PROMOTED;
      case ROLLED_BACK -> dev.tidewatch.proto.monitor.v1.DecisionKind.DECISION_KIND_ROLLED_BACK;
      case REVERTED -> dev.tidewatch.proto.monitor.v1.DecisionKind.DECISION_KIND_REVERTED;
      case TUNED -> dev.tidewatch.proto.monitor.v1.DecisionKind.DECISION_KIND_TUNED;
    };
  }

  /** Empty for an unspecified kind. */
  static Optional<DecisionKind> kind(
      String field, dev.tidewatch.proto.monitor.v1.DecisionKind kind) {
    return switch (kind) {
      case DECISION_KIND_UNSPECIFIED -> Optional.empty();
      case DECISION_KIND_RETRAIN -> Optional.of(DecisionKind.RETRAIN);
      case DECISION_KIND_GATE_PASSED -> Optional.of(DecisionKind.GATE_PASSED);
      case DECISION_KIND_GATE_REFUSED -> Optional.of(DecisionKind.GATE_REFUSED);
      case DECISION_KIND_CANARY_STARTED -> Optional.of(DecisionKind.CANARY_STARTED);
      case DECISION_KIND_PROMOTED -> Optional.of(DecisionKind.PROMOTED);
      case DECISION_KIND_ROLLED_BACK -> Optional.of(DecisionKind.ROLLED_BACK);
      case DECISION_KIND_REVERTED -> Optional.of(DecisionKind.REVERTED);
      case DECISION_KIND_TUNED -> Optional.of(DecisionKind.TUNED);
      case UNRECOGNIZED -> throw Wire.unknownEnum(field);
    };
  }

  static dev.tidewatch.proto.monitor.v1.Trial write(Trial trial) {
    var message =
        dev.tidewatch.proto.monitor.v1.Trial.newBuilder()
            .setId(ContentId.toText(trial.id()))
            .setModel(trial.model())
            .setChampionVersion(trial.champion())
            .setCandidateVersion(trial.candidate())
            .setState(state(trial))
            .setCanaryBasisPoints(trial.plan().canaryBasisPoints())
            .setPairsMin(trial.plan().pairsMin())
            .setStartedAt(Wire.time(trial.startedAt()))
            .setReason(trial.reason())
            .setEtag(trial.etag());
    trial.endsAt().ifPresent(time -> message.setEndsAt(Wire.time(time)));
    if (trial.figures().containsKey("pairs")) {
      message.setComparison(comparison(trial.figures()));
    }
    return message.build();
  }

  /** A step that is being taken belongs to the state that it leaves. */
  private static TrialState state(Trial trial) {
    return switch (trial.step()) {
      case GATE, START_CANARY -> TrialState.TRIAL_STATE_GATE;
      case CANARY -> TrialState.TRIAL_STATE_CANARY;
      case WAITING -> TrialState.TRIAL_STATE_WAITING;
      case PROMOTE, ROLL_BACK ->
          trial.canaryAt().isPresent()
              ? TrialState.TRIAL_STATE_CANARY
              : TrialState.TRIAL_STATE_GATE;
      case PROMOTED -> TrialState.TRIAL_STATE_PROMOTED;
      case REFUSED -> TrialState.TRIAL_STATE_REFUSED;
      case ROLLED_BACK -> TrialState.TRIAL_STATE_ROLLED_BACK;
    };
  }

  /** Empty for an unspecified state: all. */
  static Set<TrialStep> steps(String field, TrialState state) {
    return switch (state) {
      case TRIAL_STATE_UNSPECIFIED -> Set.of();
      case TRIAL_STATE_GATE -> Set.of(TrialStep.GATE, TrialStep.START_CANARY);
      case TRIAL_STATE_CANARY -> Set.of(TrialStep.CANARY, TrialStep.PROMOTE, TrialStep.ROLL_BACK);
      case TRIAL_STATE_WAITING -> Set.of(TrialStep.WAITING);
      case TRIAL_STATE_PROMOTED -> Set.of(TrialStep.PROMOTED);
      case TRIAL_STATE_REFUSED -> Set.of(TrialStep.REFUSED);
      case TRIAL_STATE_ROLLED_BACK -> Set.of(TrialStep.ROLLED_BACK);
      case UNRECOGNIZED -> throw Wire.unknownEnum(field);
    };
  }

  /** As the newest look at the canary found it. */
  private static CompareAccuracyResponse comparison(Map<String, Double> figures) {
    long pairs = Math.round(figures.getOrDefault("pairs", 0.0));
    return CompareAccuracyResponse.newBuilder()
        .setPairs(pairs)
        .setBaseline(side(figures, "champion_", pairs))
        .setCandidate(side(figures, "candidate_", pairs))
        .setDmStatistic(figures.getOrDefault("dm_statistic", 0.0))
        .setPValue(figures.getOrDefault("p_value", 1.0))
        .build();
  }

  private static AccuracyFigures side(Map<String, Double> figures, String prefix, long pairs) {
    var message = AccuracyFigures.newBuilder().setPairs(pairs);
    Optional.ofNullable(figures.get(prefix + "mae")).ifPresent(message::setMae);
    Optional.ofNullable(figures.get(prefix + "rmse")).ifPresent(message::setRmse);
    Optional.ofNullable(figures.get(prefix + "mape")).ifPresent(message::setMape);
    return message.build();
  }

  static CompareAccuracyResponse write(AccuracyComparison comparison) {
    var message =
        CompareAccuracyResponse.newBuilder()
            .setPairs(comparison.pairs())
            .setBaseline(AccuracyApi.write(comparison.baseline()))
            .setCandidate(AccuracyApi.write(comparison.candidate()))
            .setPValue(1);
    comparison
        .test()
        .ifPresent(test -> message.setDmStatistic(test.statistic()).setPValue(test.twoSided()));
    return message.build();
  }

  static dev.tidewatch.proto.monitor.v1.StoryLine write(StoryLine line) {
    return dev.tidewatch.proto.monitor.v1.StoryLine.newBuilder()
        .setTime(Wire.time(line.time()))
        .setTopic(line.topic())
        .setText(line.text())
        .putAllFigures(line.figures())
        .setReference(line.reference())
        .build();
  }
}
