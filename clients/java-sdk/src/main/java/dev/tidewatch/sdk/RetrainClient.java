package dev.tidewatch.sdk;

import dev.tidewatch.proto.monitor.v1.CancelRetrainTaskRequest;
import dev.tidewatch.proto.monitor.v1.CompleteRetrainTaskRequest;
import dev.tidewatch.proto.monitor.v1.DeleteRetrainPolicyRequest;
import dev.tidewatch.proto.monitor.v1.EnqueueRetrainTaskRequest;
import dev.tidewatch.proto.monitor.v1.GetRetrainPolicyRequest;
import dev.tidewatch.proto.monitor.v1.GetRetrainTaskRequest;
import dev.tidewatch.proto.monitor.v1.HeartbeatRetrainTaskRequest;
import dev.tidewatch.proto.monitor.v1.HeartbeatRetrainTaskResponse;
import dev.tidewatch.proto.monitor.v1.LeaseRetrainTaskRequest;
import dev.tidewatch.proto.monitor.v1.LeaseRetrainTaskResponse;
import dev.tidewatch.proto.monitor.v1.ListRetrainPoliciesRequest;
import dev.tidewatch.proto.monitor.v1.ListRetrainPoliciesResponse;
import dev.tidewatch.proto.monitor.v1.ListRetrainTasksRequest;
import dev.tidewatch.proto.monitor.v1.ListRetrainTasksResponse;
import dev.tidewatch.proto.monitor.v1.RetrainFailure;
import dev.tidewatch.proto.monitor.v1.RetrainPolicy;
import dev.tidewatch.proto.monitor.v1.RetrainServiceGrpc;
import dev.tidewatch.proto.monitor.v1.RetrainTask;
import dev.tidewatch.proto.monitor.v1.SetRetrainPolicyRequest;
import io.grpc.Channel;
import java.util.stream.Stream;

/**
 * When models are trained again, and the tasks that workers lease for it. Thread-safe. Every method
 * throws {@link TidewatchException} if the call fails; lists fetch their pages while they are read.
 */
public final class RetrainClient {
  private final RetrainServiceGrpc.RetrainServiceBlockingStub retrain;

  RetrainClient(Channel channel) {
    this.retrain = RetrainServiceGrpc.newBlockingStub(channel);
  }

  /** Sets the policy of a model; its etag, if it has one, must be the current one. */
  public RetrainPolicy setPolicy(RetrainPolicy policy) {
    var request = SetRetrainPolicyRequest.newBuilder().setPolicy(policy).build();
    return Calls.unary(() -> retrain.setRetrainPolicy(request)).getPolicy();
  }

  public RetrainPolicy policy(String model) {
    var request = GetRetrainPolicyRequest.newBuilder().setModel(model).build();
    return Calls.unary(() -> retrain.getRetrainPolicy(request)).getPolicy();
  }

  /** All policies, by model. */
  public Stream<RetrainPolicy> policies() {
    var first = ListRetrainPoliciesRequest.newBuilder().setPageSize(1000).build();
    return Calls.pages(
        token -> retrain.listRetrainPolicies(first.toBuilder().setPageToken(token).build()),
        ListRetrainPoliciesResponse::getPoliciesList,
        ListRetrainPoliciesResponse::getNextPageToken);
  }

  /**
   * Removes a policy.
   *
   * @param etag that was read; empty: whatever it is now
   */
  public void deletePolicy(String model, String etag) {
    var request = DeleteRetrainPolicyRequest.newBuilder().setModel(model).setEtag(etag).build();
    Calls.unary(() -> retrain.deleteRetrainPolicy(request));
  }

  /** Makes a task, or answers the one that is open. */
  public RetrainTask enqueue(EnqueueRetrainTaskRequest request) {
    return Calls.unary(() -> retrain.enqueueRetrainTask(request)).getTask();
  }

  /** Leases the oldest open task; none is set in the answer if there is none. */
  public LeaseRetrainTaskResponse lease(LeaseRetrainTaskRequest request) {
    return Calls.unary(() -> retrain.leaseRetrainTask(request));
  }

  /** Keeps a lease. */
  public HeartbeatRetrainTaskResponse heartbeat(
      String taskId, long fence, double progress, String note) {
    var request =
        HeartbeatRetrainTaskRequest.newBuilder()
            .setTaskId(taskId)
            .setFence(fence)
            .setProgress(progress)
            .setProgressNote(note)
            .build();
    return Calls.unary(() -> retrain.heartbeatRetrainTask(request));
  }

  /** Ends a task with a registered version. */
  public RetrainTask complete(String taskId, long fence, String version) {
    return complete(
        CompleteRetrainTaskRequest.newBuilder()
            .setTaskId(taskId)
            .setFence(fence)
            .setResultVersion(version)
            .build());
  }

  /**
   * Ends an attempt without a version.
   *
   * @param retryable another attempt may succeed
   */
  public RetrainTask fail(String taskId, long fence, String message, boolean retryable) {
    return complete(
        CompleteRetrainTaskRequest.newBuilder()
            .setTaskId(taskId)
            .setFence(fence)
            .setFailure(RetrainFailure.newBuilder().setMessage(message).setRetryable(retryable))
            .build());
  }

  private RetrainTask complete(CompleteRetrainTaskRequest request) {
    return Calls.unary(() -> retrain.completeRetrainTask(request)).getTask();
  }

  public RetrainTask cancel(String taskId, String reason) {
    var request = CancelRetrainTaskRequest.newBuilder().setTaskId(taskId).setReason(reason).build();
    return Calls.unary(() -> retrain.cancelRetrainTask(request)).getTask();
  }

  public RetrainTask task(String taskId) {
    var request = GetRetrainTaskRequest.newBuilder().setTaskId(taskId).build();
    return Calls.unary(() -> retrain.getRetrainTask(request)).getTask();
  }

  /** Tasks that match, newest first. The page token of the request is ignored. */
  public Stream<RetrainTask> tasks(ListRetrainTasksRequest first) {
    return Calls.pages(
        token -> retrain.listRetrainTasks(first.toBuilder().setPageToken(token).build()),
        ListRetrainTasksResponse::getTasksList,
        ListRetrainTasksResponse::getNextPageToken);
  }
}
