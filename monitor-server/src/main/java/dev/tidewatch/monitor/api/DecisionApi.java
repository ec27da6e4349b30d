package dev.tidewatch.monitor.api;

import dev.tidewatch.monitor.Page;
import dev.tidewatch.monitor.TextField;
import dev.tidewatch.monitor.TimeSpan;
import dev.tidewatch.monitor.decision.Decision;
import dev.tidewatch.monitor.decision.DecisionFilter;
import dev.tidewatch.monitor.decision.DecisionStore;
import dev.tidewatch.monitor.decision.DecisionStore.DecisionCursor;
import dev.tidewatch.monitor.story.Story;
import dev.tidewatch.monitor.story.StoryLine;
import dev.tidewatch.monitor.trial.Trial;
import dev.tidewatch.monitor.trial.TrialDesk;
import dev.tidewatch.monitor.trial.TrialFilter;
import dev.tidewatch.monitor.trial.TrialStore;
import dev.tidewatch.proto.monitor.v1.AbortTrialRequest;
import dev.tidewatch.proto.monitor.v1.AbortTrialResponse;
import dev.tidewatch.proto.monitor.v1.ApproveTrialRequest;
import dev.tidewatch.proto.monitor.v1.ApproveTrialResponse;
import dev.tidewatch.proto.monitor.v1.DecisionServiceGrpc;
import dev.tidewatch.proto.monitor.v1.ExplainModelRequest;
import dev.tidewatch.proto.monitor.v1.ExplainModelResponse;
import dev.tidewatch.proto.monitor.v1.GetDecisionRequest;
import dev.tidewatch.proto.monitor.v1.GetDecisionResponse;
import dev.tidewatch.proto.monitor.v1.GetTrialRequest;
import dev.tidewatch.proto.monitor.v1.GetTrialResponse;
import dev.tidewatch.proto.monitor.v1.ListDecisionsRequest;
import dev.tidewatch.proto.monitor.v1.ListDecisionsResponse;
import dev.tidewatch.proto.monitor.v1.ListTrialsRequest;
import dev.tidewatch.proto.monitor.v1.ListTrialsResponse;
import dev.tidewatch.proto.monitor.v1.RevertDecisionRequest;
import dev.tidewatch.proto.monitor.v1.RevertDecisionResponse;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.serverkit.errors.NotFound;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;

/** Decisions, trials and a model's story over gRPC. */
public final class DecisionApi extends DecisionServiceGrpc.DecisionServiceImplBase {
  private final DecisionStore decisions;
  private final TrialStore trials;
  private final TrialDesk desk;
  private final Story story;
  private final Predicate<String> isKnown;

  /**
   * @param isKnown whether the monitor has ever heard of a model
   */
  public DecisionApi(
      DecisionStore decisions,
      TrialStore trials,
      TrialDesk desk,
      Story story,
      Predicate<String> isKnown) {
    this.decisions = decisions;
    this.trials = trials;
    this.desk = desk;
    this.story = story;
    this.isKnown = isKnown;
  }

  @Override
  public void listDecisions(
      ListDecisionsRequest request, StreamObserver<ListDecisionsResponse> answer) {
    Optional<DecisionCursor> after =
        Paging.read(
            request.getPageToken(),
            "decisions",
            2,
            parts ->
                new DecisionCursor(
                    Instant.parse(parts.get(0)), Long.parseUnsignedLong(parts.get(1))));
    Page<Decision, DecisionCursor> page =
        decisions.page(
            new DecisionFilter(
                Wire.text("model", request.getModel()),
                DecisionMessages.kind("kind", request.getKind()),
                Wire.span("range", request.getRange())),
            after,
            Paging.size(request.getPageSize()));
    var response = ListDecisionsResponse.newBuilder();
    page.items().forEach(decision -> response.addDecisions(DecisionMessages.write(decision)));
    page.next()
        .ifPresent(next ->
            response.setNextPageToken(Paging.token("decisions", next.time(), next.number())));
    answer.onNext(response.build());
    answer.onCompleted();
  }

  @Override
  public void getDecision(GetDecisionRequest request, StreamObserver<GetDecisionResponse> answer) {
    Decision decision = desk.decision(Wire.id("id", request.getId()));
    answer.onNext(
        GetDecisionResponse.newBuilder().setDecision(DecisionMessages.write(decision)).build());
    answer.onCompleted();
  }

  @Override
  public void explainModel(
      ExplainModelRequest request, StreamObserver<ExplainModelResponse> answer) {
    String model = TextField.require("model", request.getModel(), 1, 128);
    TimeSpan span = Wire.span("range", request.getRange());
    Optional<Story.Place> from =
        Paging.read(
            request.getPageToken(),
            "story",
            2,
            parts ->
                new Story.Place(
                    Instant.parse(parts.get(0)), Integer.parseUnsignedInt(parts.get(1))));
    Page<StoryLine, Story.Place> page =
        story.tell(model, span, from, Paging.size(request.getPageSize()));
    if (page.items().isEmpty() && !isKnown.test(model)) {
      throw new NotFound(
          "MODEL_UNKNOWN",
          "model: the monitor has never heard of '%s': no prediction, task or decision names it"
              .formatted(model));
    }
    var response = ExplainModelResponse.newBuilder();
    page.items().forEach(line -> response.addLines(DecisionMessages.write(line)));
    page.next()
        .ifPresent(
            next -> response.setNextPageToken(Paging.token("story", next.time(), next.told())));
    answer.onNext(response.build());
    answer.onCompleted();
  }

  @Override
  public void revertDecision(
      RevertDecisionRequest request, StreamObserver<RevertDecisionResponse> answer) {
    Decision reversal =
        desk.revert(
            Wire.id("id", request.getId()),
            TextField.require("actor", request.getActor(), 1, 128),
            TextField.require("reason", request.getReason(), 1, 1000),
            requestId(request.getRequestId()));
    answer.onNext(
        RevertDecisionResponse.newBuilder().setDecision(DecisionMessages.write(reversal)).build());
    answer.onCompleted();
  }

  private static UUID requestId(String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw InvalidArgument.field("request_id", "must be a UUID that the client makes");
    }
  }

  @Override
  public void approveTrial(
      ApproveTrialRequest request, StreamObserver<ApproveTrialResponse> answer) {
    Trial trial =
        desk.approve(
            Wire.id("id", request.getId()),
            request.getApproved(),
            TextField.require("actor", request.getActor(), 1, 128),
            TextField.require("reason", request.getReason(), 0, 1000));
    answer.onNext(
        ApproveTrialResponse.newBuilder().setTrial(DecisionMessages.write(trial)).build());
    answer.onCompleted();
  }

  @Override
  public void getTrial(GetTrialRequest request, StreamObserver<GetTrialResponse> answer) {
    Trial trial = desk.trial(Wire.id("id", request.getId()));
    answer.onNext(GetTrialResponse.newBuilder().setTrial(DecisionMessages.write(trial)).build());
    answer.onCompleted();
  }

  @Override
  public void listTrials(ListTrialsRequest request, StreamObserver<ListTrialsResponse> answer) {
    Optional<Long> before =
        Paging.read(
            request.getPageToken(), "trials", 1, parts -> Long.parseUnsignedLong(parts.getFirst()));
    Page<Trial, Long> page =
        trials.page(
            new TrialFilter(
                Wire.text("model", request.getModel()),
                DecisionMessages.steps("state", request.getState())),
            before,
            Paging.size(request.getPageSize()));
    var response = ListTrialsResponse.newBuilder();
    page.items().forEach(trial -> response.addTrials(DecisionMessages.write(trial)));
    page.next().ifPresent(next -> response.setNextPageToken(Paging.token("trials", next)));
    answer.onNext(response.build());
    answer.onCompleted();
  }

  @Override
  public void abortTrial(AbortTrialRequest request, StreamObserver<AbortTrialResponse> answer) {
    Trial trial =
        desk.abort(
            Wire.id("id", request.getId()),
            TextField.require("actor", request.getActor(), 1, 128),
            TextField.require("reason", request.getReason(), 1, 1000));
    answer.onNext(AbortTrialResponse.newBuilder().setTrial(DecisionMessages.write(trial)).build());
    answer.onCompleted();
  }
}
