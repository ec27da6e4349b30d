package dev.tidewatch.sdk;

import dev.tidewatch.proto.monitor.v1.AbortTrialRequest;
import dev.tidewatch.proto.monitor.v1.ApproveTrialRequest;
import dev.tidewatch.proto.monitor.v1.Decision;
import dev.tidewatch.proto.monitor.v1.DecisionServiceGrpc;
import dev.tidewatch.proto.monitor.v1.ExplainModelRequest;
import dev.tidewatch.proto.monitor.v1.ExplainModelResponse;
import dev.tidewatch.proto.monitor.v1.GetDecisionRequest;
import dev.tidewatch.proto.monitor.v1.GetTrialRequest;
import dev.tidewatch.proto.monitor.v1.ListDecisionsRequest;
import dev.tidewatch.proto.monitor.v1.ListDecisionsResponse;
import dev.tidewatch.proto.monitor.v1.ListTrialsRequest;
import dev.tidewatch.proto.monitor.v1.ListTrialsResponse;
import dev.tidewatch.proto.monitor.v1.RevertDecisionRequest;
import dev.tidewatch.proto.monitor.v1.StoryLine;
import dev.tidewatch.proto.monitor.v1.Trial;
import io.grpc.Channel;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * What the monitor decided by itself, and what people do about it. Thread-safe. Every method throws
 * {@link TidewatchException} if the call fails; lists fetch their pages while they are read.
 */
public final class DecisionClient {
  private final DecisionServiceGrpc.DecisionServiceBlockingStub decisions;

  DecisionClient(Channel channel) {
    this.decisions = DecisionServiceGrpc.newBlockingStub(channel);
  }

  /** A model's story, oldest first. The page token of the request is ignored. */
  public Stream<StoryLine> explain(ExplainModelRequest first) {
    return Calls.pages(
        token -> decisions.explainModel(first.toBuilder().setPageToken(token).build()),
        ExplainModelResponse::getLinesList,
        ExplainModelResponse::getNextPageToken);
  }

  /** Newest first. The page token of the request is ignored. */
  public Stream<Decision> listDecisions(ListDecisionsRequest first) {
    return Calls.pages(
        token -> decisions.listDecisions(first.toBuilder().setPageToken(token).build()),
        ListDecisionsResponse::getDecisionsList,
        ListDecisionsResponse::getNextPageToken);
  }

  public Decision getDecision(String id) {
    var request = GetDecisionRequest.newBuilder().setId(id).build();
    return Calls.unary(() -> decisions.getDecision(request)).getDecision();
  }

  /** Takes a decision back; returns the decision that does. */
  public Decision revert(String id, String actor, String reason) {
    var request =
        RevertDecisionRequest.newBuilder()
            .setId(id)
            .setActor(actor)
            .setReason(reason)
            .setRequestId(UUID.randomUUID().toString())
            .build();
    return Calls.unary(() -> decisions.revertDecision(request)).getDecision();
  }

  /** Newest first. The page token of the request is ignored. */
  public Stream<Trial> listTrials(ListTrialsRequest first) {
    return Calls.pages(
        token -> decisions.listTrials(first.toBuilder().setPageToken(token).build()),
        ListTrialsResponse::getTrialsList,
        ListTrialsResponse::getNextPageToken);
  }

  public Trial getTrial(String id) {
    var request = GetTrialRequest.newBuilder().setId(id).build();
    return Calls.unary(() -> decisions.getTrial(request)).getTrial();
  }

  /**
   * Lets a promotion that waits go on, or stops it.
   *
   * @param approved true: promote; false: roll back
   * @param reason may be empty
   */
  public Trial approve(String id, boolean approved, String actor, String reason) {
    var request =
        ApproveTrialRequest.newBuilder()
            .setId(id)
            .setApproved(approved)
            .setActor(actor)
            .setReason(reason)
            .build();
    return Calls.unary(() -> decisions.approveTrial(request)).getTrial();
  }

  /** Stops a trial and rolls its canary back. */
  public Trial abort(String id, String actor, String reason) {
    var request =
        AbortTrialRequest.newBuilder().setId(id).setActor(actor).setReason(reason).build();
    return Calls.unary(() -> decisions.abortTrial(request)).getTrial();
  }
}
