package dev.tidewatch.standalone.drift;

import dev.tidewatch.proto.monitor.v1.AccuracyFigures;
import dev.tidewatch.proto.monitor.v1.AccuracyGroup;
import dev.tidewatch.proto.monitor.v1.Alert;
import dev.tidewatch.proto.monitor.v1.AlertServiceGrpc;
import dev.tidewatch.proto.monitor.v1.AlertState;
import dev.tidewatch.proto.monitor.v1.Decision;
import dev.tidewatch.proto.monitor.v1.DecisionKind;
import dev.tidewatch.proto.monitor.v1.DecisionServiceGrpc;
import dev.tidewatch.proto.monitor.v1.ExplainModelRequest;
import dev.tidewatch.proto.monitor.v1.ExplainModelResponse;
import dev.tidewatch.proto.monitor.v1.GetAccuracyRequest;
import dev.tidewatch.proto.monitor.v1.LedgerServiceGrpc;
import dev.tidewatch.proto.monitor.v1.ListAlertsRequest;
import dev.tidewatch.proto.monitor.v1.ListDecisionsRequest;
import dev.tidewatch.proto.monitor.v1.ListPredictionsRequest;
import dev.tidewatch.proto.monitor.v1.ListRetrainTasksRequest;
import dev.tidewatch.proto.monitor.v1.ListTrialsRequest;
import dev.tidewatch.proto.monitor.v1.Prediction;
import dev.tidewatch.proto.monitor.v1.PredictionFilter;
import dev.tidewatch.proto.monitor.v1.RetrainTask;
import dev.tidewatch.proto.monitor.v1.RetrainTaskState;
import dev.tidewatch.proto.monitor.v1.Role;
import dev.tidewatch.proto.monitor.v1.StoryLine;
import dev.tidewatch.proto.monitor.v1.Trial;
import dev.tidewatch.proto.monitor.v1.TrialState;
import dev.tidewatch.sdk.ProtoTimes;
import dev.tidewatch.sdk.Tidewatch;
import dev.tidewatch.timeseries.SeriesName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** How one model stands, as the monitor tells anyone who asks. */
final class LoopView {
  private final Tidewatch client;
  private final String model;
  private final DecisionServiceGrpc.DecisionServiceBlockingStub decisions;
  private final AlertServiceGrpc.AlertServiceBlockingStub alerts;
  private final LedgerServiceGrpc.LedgerServiceBlockingStub ledger;

  LoopView(Tidewatch client, String model) {
    this.client = client;
    this.model = model;
    var channel = client.monitor().channel();
    this.decisions = DecisionServiceGrpc.newBlockingStub(channel);
    this.alerts = AlertServiceGrpc.newBlockingStub(channel);
    this.ledger = LedgerServiceGrpc.newBlockingStub(channel);
  }

  /** MAPE of the champion's answers, percent, over the trailing time; empty before there is any. */
  OptionalDouble mape(Duration trailing) {
    Optional<AccuracyFigures> figures =
        client
            .monitor()
            .accuracy(
                GetAccuracyRequest.newBuilder()
                    .setFilter(
                        PredictionFilter.newBuilder().setModel(model).setRole(Role.ROLE_CHAMPION))
                    .setTrailing(ProtoTimes.duration(trailing))
                    .build())
            .findFirst()
            .map(AccuracyGroup::getFigures);
    return figures.filter(AccuracyFigures::hasMape).isPresent()
        ? OptionalDouble.of(figures.get().getMape())
        : OptionalDouble.empty();
  }

  /** Oldest first. */
  List<Decision> decisions(DecisionKind kind) {
    var newestFirst =
        decisions
            .listDecisions(
                ListDecisionsRequest.newBuilder()
                    .setModel(model)
                    .setKind(kind)
                    .setPageSize(1_000)
                    .build())
            .getDecisionsList();
    return newestFirst.reversed();
  }

  /** How the trial of a version stands; empty before there is one. */
  Optional<Trial> trialOf(String version) {
    return decisions
        .listTrials(ListTrialsRequest.newBuilder().setModel(model).setPageSize(1_000).build())
        .getTrialsList()
        .stream()
        .filter(trial -> trial.getCandidateVersion().equals(version))
        .findFirst();
  }

  /**
   * Whether something is under way that takes its time by the wall clock: a training, the checks of
   * a gate, or the last look at a canary whose time is over.
   *
   * @param now domain time
   */
  boolean isBusy(Instant now) {
    boolean training =
        client
            .monitor()
            .retrain()
            .tasks(
                ListRetrainTasksRequest.newBuilder()
                    .setModel(model)
                    .addStates(RetrainTaskState.RETRAIN_TASK_STATE_OPEN)
                    .addStates(RetrainTaskState.RETRAIN_TASK_STATE_LEASED)
                    .build())
            .findAny()
            .isPresent();
    return training
        || !trials(TrialState.TRIAL_STATE_GATE).isEmpty()
        || trials(TrialState.TRIAL_STATE_CANARY).stream()
            .anyMatch(
                trial -> trial.hasEndsAt() && !now.isBefore(ProtoTimes.instant(trial.getEndsAt())));
  }

  private List<Trial> trials(TrialState state) {
    return decisions
        .listTrials(
            ListTrialsRequest.newBuilder()
                .setModel(model)
                .setState(state)
                .setPageSize(1_000)
                .build())
        .getTrialsList();
  }

  /** Tasks that ended with a version. */
  List<RetrainTask> trained() {
    return client
        .monitor()
        .retrain()
        .tasks(
            ListRetrainTasksRequest.newBuilder()
                .setModel(model)
                .addStates(RetrainTaskState.RETRAIN_TASK_STATE_SUCCEEDED)
                .build())
        .toList();
  }

  /** The version that a task ended with. */
  Optional<String> trained(String taskId) {
    RetrainTask task = client.monitor().retrain().task(taskId);
    return switch (task.getState()) {
      case RETRAIN_TASK_STATE_SUCCEEDED -> Optional.of(task.getResultVersion());
      case RETRAIN_TASK_STATE_FAILED, RETRAIN_TASK_STATE_CANCELLED ->
          throw new IllegalStateException("the task failed: " + task.getFailure());
      default -> Optional.empty();
    };
  }

  static boolean hasEnded(Trial trial) {
    return switch (trial.getState()) {
      case TRIAL_STATE_PROMOTED, TRIAL_STATE_REFUSED, TRIAL_STATE_ROLLED_BACK -> true;
      default -> false;
    };
  }

  /** Alerts of a rule that fired, whatever became of them. */
  List<Alert> fired(String rule) {
    return alerts
        .listAlerts(
            ListAlertsRequest.newBuilder()
                .addStates(AlertState.ALERT_STATE_FIRING)
                .addStates(AlertState.ALERT_STATE_ACKNOWLEDGED)
                .addStates(AlertState.ALERT_STATE_RESOLVED)
                .setRule(rule)
                .setPageSize(1_000)
                .build())
        .getAlertsList();
  }

  /** Origin of the newest forecast of a series that anyone was given. */
  Instant newestOrigin(SeriesName series) {
    List<Prediction> newest =
        ledger
            .listPredictions(
                ListPredictionsRequest.newBuilder()
                    .setFilter(
                        PredictionFilter.newBuilder().setSeries(series.value()).setModel(model))
                    .setPageSize(1)
                    .build())
            .getPredictionsList();
    return newest.isEmpty() ? Instant.MIN : ProtoTimes.instant(newest.getFirst().getOrigin());
  }

  /** The whole story, as {@code tidewatch monitor why} tells it. */
  List<StoryLine> story() {
    var lines = new ArrayList<StoryLine>();
    var request = ExplainModelRequest.newBuilder().setModel(model).setPageSize(1_000);
    ExplainModelResponse page;
    do {
      page = decisions.explainModel(request.build());
      lines.addAll(page.getLinesList());
      request.setPageToken(page.getNextPageToken());
    } while (!page.getNextPageToken().isEmpty());
    return lines;
  }
}
