package dev.tidewatch.monitor.api;

import dev.tidewatch.monitor.ContentId;
import dev.tidewatch.monitor.TextField;
import dev.tidewatch.monitor.retrain.Cron;
import dev.tidewatch.monitor.retrain.PromotionPlan;
import dev.tidewatch.monitor.retrain.RetrainCause;
import dev.tidewatch.monitor.retrain.RetrainOutcome;
import dev.tidewatch.monitor.retrain.RetrainPolicy;
import dev.tidewatch.monitor.retrain.RetrainState;
import dev.tidewatch.monitor.retrain.RetrainTask;
import dev.tidewatch.monitor.retrain.StoredPolicy;
import dev.tidewatch.proto.monitor.v1.CompleteRetrainTaskRequest;
import dev.tidewatch.proto.monitor.v1.RetrainTaskState;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/** Policies and tasks, between messages and domain. */
final class RetrainMessages {
  /** Ten years. */
  private static final Duration LONGEST = Duration.ofDays(3_650);

  private RetrainMessages() {}

  static RetrainPolicy read(dev.tidewatch.proto.monitor.v1.RetrainPolicy message) {
    return new RetrainPolicy(
        TextField.require("policy.model", message.getModel(), 1, 128),
        unlessZero(message.getMapeMax()),
        unlessZero(message.getCoverageErrorMax()),
        message.getOnDrift(),
        length("policy.age_max", message.getAgeMax()),
        cron(message.getCron()),
        length("policy.trailing", message.getTrailing()).orElse(RetrainPolicy.TRAILING_USUAL),
        message.getPairsMin() == 0 ? RetrainPolicy.PAIRS_MIN_USUAL : message.getPairsMin(),
        length("policy.cool_down", message.getCoolDown()).orElse(RetrainPolicy.COOL_DOWN_USUAL),
        message.hasPromotion() ? Optional.of(plan(message.getPromotion())) : Optional.empty(),
        message.getDisabled());
  }

  private static PromotionPlan plan(dev.tidewatch.proto.monitor.v1.PromotionPlan message) {
    return new PromotionPlan(
        message.getCanaryBasisPoints(),
        message.getPairsMin() == 0 ? PromotionPlan.PAIRS_MIN_USUAL : message.getPairsMin(),
        length("policy.promotion.duration_max", message.getDurationMax())
            .orElse(PromotionPlan.DURATION_MAX_USUAL),
        message.getSignificance() == 0
            ? PromotionPlan.SIGNIFICANCE_USUAL
            : message.getSignificance(),
        message.getApprovalNeeded());
  }

  private static OptionalDouble unlessZero(double value) {
    return value == 0 ? OptionalDouble.empty() : OptionalDouble.of(value);
  }

  /** Empty for none. */
  private static Optional<Duration> length(String field, com.google.protobuf.Duration message) {
    Duration duration = Wire.duration(message);
    if (duration.compareTo(LONGEST) > 0) {
      throw InvalidArgument.field(
          field, "is %s; at most ten years (315360000s) are allowed".formatted(duration));
    }
    if (duration.toNanos() % 1_000 != 0) {
      throw InvalidArgument.field(field, "is finer than a microsecond; round it");
    }
    return duration.isZero() ? Optional.empty() : Optional.of(duration);
  }

  private static Optional<Cron> cron(String text) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Cron.parse(text));
    } catch (IllegalArgumentException e) {
      throw InvalidArgument.field("policy.cron", String.valueOf(e.getMessage()));
    }
  }

  static dev.tidewatch.proto.monitor.v1.RetrainPolicy write(StoredPolicy stored) {
    RetrainPolicy policy = stored.policy();
    var message =
        dev.tidewatch.proto.monitor.v1.RetrainPolicy.newBuilder()
            .setModel(policy.model())
            .setMapeMax(policy.mapeMax().orElse(0))
            .setCoverageErrorMax(policy.coverageErrorMax().orElse(0))
            .setOnDrift(policy.onDrift())
            .setCron(policy.cron().map(Cron::toString).orElse(""))
            .setTrailing(Wire.duration(policy.trailing()))
            .setPairsMin(policy.pairsMin())
            .setCoolDown(Wire.duration(policy.coolDown()))
            .setDisabled(policy.disabled())
            .setEtag(stored.etag());
    policy.ageMax().ifPresent(age -> message.setAgeMax(Wire.duration(age)));
    policy.promotion().ifPresent(plan -> message.setPromotion(write(plan)));
    return message.build();
  }

  private static dev.tidewatch.proto.monitor.v1.PromotionPlan write(PromotionPlan plan) {
    return dev.tidewatch.proto.monitor.v1.PromotionPlan.newBuilder()
        .setCanaryBasisPoints(plan.canaryBasisPoints())
        .setPairsMin(plan.pairsMin())
        .setDurationMax(Wire.duration(plan.durationMax()))
        .setSignificance(plan.significance())
        .setApprovalNeeded(plan.approvalNeeded())
        .build();
  }

  static dev.tidewatch.proto.monitor.v1.RetrainTask write(RetrainTask task) {
    RetrainTask.Order order = task.order();
    var message =
        dev.tidewatch.proto.monitor.v1.RetrainTask.newBuilder()
            .setId(ContentId.toText(task.id()))
            .setModel(order.model())
            .setCause(cause(order.cause()))
            .setReason(order.reason())
            .setState(state(task.state()))
            .setChampionVersion(order.championVersion())
            .addAllSeries(order.series())
            .setTrainUntil(Wire.time(order.trainUntil()))
            .putAllParameters(order.parameters())
            .setCreatedAt(Wire.time(order.createdAt()))
            .setAttempts(task.attempts())
            .setWorker(task.worker())
            .setProgress(task.progress())
            .setProgressNote(task.progressNote())
            .setResultVersion(task.resultVersion())
            .setFailure(task.failure())
            .setTraceparent(order.traceparent());
    task.endedAt().ifPresent(at -> message.setEndedAt(Wire.time(at)));
    task.leaseExpiresAt().ifPresent(at -> message.setLeaseExpiresAt(Wire.time(at)));
    return message.build();
  }

  private static dev.tidewatch.proto.monitor.v1.RetrainCause cause(RetrainCause cause) {
    return switch (cause) {
      case MAPE -> dev.tidewatch.proto.monitor.v1.RetrainCause.RETRAIN_CAUSE_MAPE;
      case COVERAGE -> dev.tidewatch.proto.monitor.v1.RetrainCause.RETRAIN_CAUSE_COVERAGE;
      case DRIFT -> dev.tidewatch.proto.monitor.v1.RetrainCause.RETRAIN_CAUSE_DRIFT;
      case AGE -> dev.tidewatch.proto.monitor.v1.RetrainCause.RETRAIN_CAUSE_AGE;
      case SCHEDULE -> dev.tidewatch.proto.monitor.v1.RetrainCause.RETRAIN_CAUSE_SCHEDULE;
      case BY_HAND -> dev.tidewatch.proto.monitor.v1.RetrainCause.RETRAIN_CAUSE_BY_HAND;
    };
  }

  private static RetrainTaskState state(RetrainState state) {
    return switch (state) {
      case OPEN -> RetrainTaskState.RETRAIN_TASK_STATE_OPEN;
      case LEASED -> RetrainTaskState.RETRAIN_TASK_STATE_LEASED;
      case SUCCEEDED -> RetrainTaskState.RETRAIN_TASK_STATE_SUCCEEDED;
      case FAILED -> RetrainTaskState.RETRAIN_TASK_STATE_FAILED;
      case CANCELLED -> RetrainTaskState.RETRAIN_TASK_STATE_CANCELLED;
    };
  }

  static Set<RetrainState> states(List<RetrainTaskState> messages) {
    var states = EnumSet.noneOf(RetrainState.class);
    for (RetrainTaskState message : messages) {
      states.add(
          switch (message) {
            case RETRAIN_TASK_STATE_OPEN -> RetrainState.OPEN;
            case RETRAIN_TASK_STATE_LEASED -> RetrainState.LEASED;
            case RETRAIN_TASK_STATE_SUCCEEDED -> RetrainState.SUCCEEDED;
            case RETRAIN_TASK_STATE_FAILED -> RetrainState.FAILED;
            case RETRAIN_TASK_STATE_CANCELLED -> RetrainState.CANCELLED;
            case RETRAIN_TASK_STATE_UNSPECIFIED, UNRECOGNIZED -> throw Wire.unknownEnum("states");
          });
    }
    return states;
  }

  static RetrainOutcome outcome(CompleteRetrainTaskRequest request) {
    return switch (request.getOutcomeCase()) {
      case RESULT_VERSION ->
          new RetrainOutcome.Trained(
              TextField.require("result_version", request.getResultVersion(), 1, 64));
      case FAILURE ->
          new RetrainOutcome.Failed(
              TextField.require("failure.message", request.getFailure().getMessage(), 1, 4_000),
              request.getFailure().getRetryable());
      case OUTCOME_NOT_SET ->
          throw InvalidArgument.field(
              "outcome", "is missing; give result_version, or failure with a message");
    };
  }

  static SortedMap<String, String> parameters(Map<String, String> message) {
    var parameters = new TreeMap<String, String>();
    message.forEach((name, value) -> {
      TextField.require("parameters", name, 1, 128);
      TextField.require("parameters[" + name + "]", value, 0, 1_000);
      parameters.put(name, value);
    });
    return parameters;
  }

  /** A task's id: 32 hexadecimal digits, or a UUID as it is usually written. */
  static UUID id(String field, String text) {
    try {
      return text.length() == 36 ? UUID.fromString(text) : ContentId.parse(text);
    } catch (IllegalArgumentException e) {
      throw InvalidArgument.field(field, "must be 32 hexadecimal digits, as tasks are listed with");
    }
  }
}
