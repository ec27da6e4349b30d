package dev.tidewatch.trainer;

import dev.tidewatch.proto.monitor.v1.CompleteRetrainTaskRequest;
import dev.tidewatch.proto.monitor.v1.CompleteRetrainTaskResponse;
import dev.tidewatch.proto.monitor.v1.HeartbeatRetrainTaskRequest;
import dev.tidewatch.proto.monitor.v1.HeartbeatRetrainTaskResponse;
import dev.tidewatch.proto.monitor.v1.LeaseRetrainTaskRequest;
import dev.tidewatch.proto.monitor.v1.LeaseRetrainTaskResponse;
import dev.tidewatch.proto.monitor.v1.RetrainServiceGrpc;
import dev.tidewatch.proto.monitor.v1.RetrainTask;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** As much of the monitor as a worker talks to; remembers what it was told. */
final class FakeRetrain extends RetrainServiceGrpc.RetrainServiceImplBase {
  final BlockingQueue<RetrainTask> open = new LinkedBlockingQueue<>();
  final BlockingQueue<CompleteRetrainTaskRequest> completed = new LinkedBlockingQueue<>();
  final AtomicInteger heartbeats = new AtomicInteger();
  final AtomicInteger failures = new AtomicInteger();
  volatile boolean cancelled;
  volatile boolean leaseLost;
  private final AtomicInteger fences = new AtomicInteger();

  @Override
  public void leaseRetrainTask(
      LeaseRetrainTaskRequest request, StreamObserver<LeaseRetrainTaskResponse> out) {
    var answer = LeaseRetrainTaskResponse.newBuilder();
    try {
      RetrainTask task = open.poll(50, TimeUnit.MILLISECONDS);
      if (task != null) {
        answer.setTask(task).setFence(fences.incrementAndGet());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    out.onNext(answer.build());
    out.onCompleted();
  }

  @Override
  public void heartbeatRetrainTask(
      HeartbeatRetrainTaskRequest request, StreamObserver<HeartbeatRetrainTaskResponse> out) {
    heartbeats.incrementAndGet();
    if (leaseLost) {
      out.onError(Status.ABORTED.withDescription("LEASE_LOST").asRuntimeException());
      return;
    }
    out.onNext(HeartbeatRetrainTaskResponse.newBuilder().setCancelled(cancelled).build());
    out.onCompleted();
  }

  @Override
  public void completeRetrainTask(
      CompleteRetrainTaskRequest request, StreamObserver<CompleteRetrainTaskResponse> out) {
    if (failures.getAndDecrement() > 0) {
      out.onError(Status.UNAVAILABLE.asRuntimeException());
      return;
    }
    completed.add(request);
    out.onNext(CompleteRetrainTaskResponse.getDefaultInstance());
    out.onCompleted();
  }
}
