package dev.tidewatch.monitor.api;

import dev.tidewatch.monitor.Page;
import dev.tidewatch.monitor.TextField;
import dev.tidewatch.monitor.registry.ModelCatalogue;
import dev.tidewatch.monitor.registry.ModelCatalogue.NamedVersion;
import dev.tidewatch.monitor.retrain.RetrainCause;
import dev.tidewatch.monitor.retrain.RetrainState;
import dev.tidewatch.monitor.retrain.RetrainStore;
import dev.tidewatch.monitor.retrain.RetrainTask;
import dev.tidewatch.monitor.retrain.StoredPolicy;
import dev.tidewatch.proto.monitor.v1.CancelRetrainTaskRequest;
import dev.tidewatch.proto.monitor.v1.CancelRetrainTaskResponse;
import dev.tidewatch.proto.monitor.v1.CompleteRetrainTaskRequest;
import dev.tidewatch.proto.monitor.v1.CompleteRetrainTaskResponse;
import dev.tidewatch.proto.monitor.v1.DeleteRetrainPolicyRequest;
import dev.tidewatch.proto.monitor.v1.DeleteRetrainPolicyResponse;
import dev.tidewatch.proto.monitor.v1.EnqueueRetrainTaskRequest;
import dev.tidewatch.proto.monitor.v1.EnqueueRetrainTaskResponse;
import dev.tidewatch.proto.monitor.v1.GetRetrainPolicyRequest;
import dev.tidewatch.proto.monitor.v1.GetRetrainPolicyResponse;
import dev.tidewatch.proto.monitor.v1.GetRetrainTaskRequest;
import dev.tidewatch.proto.monitor.v1.GetRetrainTaskResponse;
import dev.tidewatch.proto.monitor.v1.HeartbeatRetrainTaskRequest;
import dev.tidewatch.proto.monitor.v1.HeartbeatRetrainTaskResponse;
import dev.tidewatch.proto.monitor.v1.LeaseRetrainTaskRequest;
import dev.tidewatch.proto.monitor.v1.LeaseRetrainTaskResponse;
import dev.tidewatch.proto.monitor.v1.ListRetrainPoliciesRequest;
import dev.tidewatch.proto.monitor.v1.ListRetrainPoliciesResponse;
import dev.tidewatch.proto.monitor.v1.ListRetrainTasksRequest;
import dev.tidewatch.proto.monitor.v1.ListRetrainTasksResponse;
import dev.tidewatch.proto.monitor.v1.RetrainServiceGrpc;
import dev.tidewatch.proto.monitor.v1.SetRetrainPolicyRequest;
import dev.tidewatch.proto.monitor.v1.SetRetrainPolicyResponse;
import dev.tidewatch.serverkit.errors.FailedPrecondition;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.serverkit.errors.NotFound;
import dev.tidewatch.serverkit.errors.ResourceExhausted;
import dev.tidewatch.serverkit.lifecycle.HighWaterMark;
import dev.tidewatch.serverkit.security.Caller;
import dev.tidewatch.serverkit.telemetry.TraceParents;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Retrain policies and tasks over gRPC. */
public final class RetrainApi extends RetrainServiceGrpc.RetrainServiceImplBase {
  private static final Duration LEASE_USUAL = Duration.ofSeconds(60);
  private static final Duration LEASE_MIN = Duration.ofSeconds(10);

  /** How often tasks of other replicas are looked for. */
  private static final Duration LOOK = Duration.ofSeconds(1);

  /** Left of a caller's deadline for the answer. */
  private static final Duration ANSWER = Duration.ofMillis(200);

  private static final int WAITING_MAX = 1_000;

  private final RetrainStore store;
  private final ModelCatalogue catalogue;
  private final HighWaterMark bell;
  private final InstantSource clock;
  private final InstantSource leaseClock;
  private final Semaphore waitPlaces = new Semaphore(WAITING_MAX);

  /**
   * @param clock domain time
   * @param leaseClock real time
   */
  public RetrainApi(
      RetrainStore store,
      ModelCatalogue catalogue,
      HighWaterMark bell,
      InstantSource clock,
      InstantSource leaseClock) {
    this.store = store;
    this.catalogue = catalogue;
    this.bell = bell;
    this.clock = clock;
    this.leaseClock = leaseClock;
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }

  @Override
  public void setRetrainPolicy(
      SetRetrainPolicyRequest request, StreamObserver<SetRetrainPolicyResponse> answer) {
    StoredPolicy stored =
        store.setPolicy(
            RetrainMessages.read(request.getPolicy()),
            Wire.text("policy.etag", request.getPolicy().getEtag()),
            now());
    answer.onNext(
        SetRetrainPolicyResponse.newBuilder().setPolicy(RetrainMessages.write(stored)).build());
    answer.onCompleted();
  }

  @Override
  public void getRetrainPolicy(
      GetRetrainPolicyRequest request, StreamObserver<GetRetrainPolicyResponse> answer) {
    String model = TextField.require("model", request.getModel(), 1, 128);
    StoredPolicy stored =
        store
            .policy(model)
            .orElseThrow(() ->
                new NotFound(
                    "POLICY_UNKNOWN",
                    "model: '%s' has no retrain policy; set one first".formatted(model)));
    answer.onNext(
        GetRetrainPolicyResponse.newBuilder().setPolicy(RetrainMessages.write(stored)).build());
    answer.onCompleted();
  }

  @Override
  public void listRetrainPolicies(
      ListRetrainPoliciesRequest request, StreamObserver<ListRetrainPoliciesResponse> answer) {
    Optional<String> behind =
        Paging.read(request.getPageToken(), "retrain-policies", 1, parts -> parts.getFirst());
    Page<StoredPolicy, String> page = store.policies(behind, Paging.size(request.getPageSize()));
    var response = ListRetrainPoliciesResponse.newBuilder();
    page.items().forEach(stored -> response.addPolicies(RetrainMessages.write(stored)));
    page.next()
        .ifPresent(model -> response.setNextPageToken(Paging.token("retrain-policies", model)));
    answer.onNext(response.build());
    answer.onCompleted();
  }

  @Override
  public void deleteRetrainPolicy(
      DeleteRetrainPolicyRequest request, StreamObserver<DeleteRetrainPolicyResponse> answer) {
    store.deletePolicy(
        TextField.require("model", request.getModel(), 1, 128),
        Wire.text("etag", request.getEtag()));
    answer.onNext(DeleteRetrainPolicyResponse.getDefaultInstance());
    answer.onCompleted();
  }

  @Override
  public void enqueueRetrainTask(
      EnqueueRetrainTaskRequest request, StreamObserver<EnqueueRetrainTaskResponse> answer) {
    String model = TextField.require("model", request.getModel(), 1, 128);
    UUID requestId = RetrainMessages.id("request_id", request.getRequestId());
    RetrainTask task =
        store
            .answered(requestId, model)
            .orElseGet(() -> store.enqueue(requestId, order(model, request)));
    bell.rise();
    answer.onNext(
        EnqueueRetrainTaskResponse.newBuilder().setTask(RetrainMessages.write(task)).build());
    answer.onCompleted();
  }

  private RetrainTask.Order order(String model, EnqueueRetrainTaskRequest request) {
    NamedVersion champion =
        catalogue
            .champion(model)
            .orElseThrow(() ->
                new FailedPrecondition(
                    "CHAMPION_MISSING",
                    "model: '%s' has no champion to train anew; train one and promote it first"
                        .formatted(model)));
    Instant now = now();
    return new RetrainTask.Order(
        model,
        RetrainCause.BY_HAND,
        TextField.require("reason", request.getReason(), 1, 1_000),
        new TreeMap<>(),
        Caller.current().name(),
        champion.version(),
        request.getSeriesList().stream().map(name -> Wire.series("series", name).value()).toList(),
        now,
        RetrainMessages.parameters(request.getParametersMap()),
        now,
        TraceParents.current());
  }

  @Override
  public void leaseRetrainTask(
      LeaseRetrainTaskRequest request, StreamObserver<LeaseRetrainTaskResponse> answer) {
    String worker = TextField.require("worker", request.getWorker(), 1, 128);
    Duration term = Wire.duration(request.getLease());
    Duration lease = term.isZero() ? LEASE_USUAL : term;
    if (lease.compareTo(LEASE_MIN) < 0) {
      throw InvalidArgument.field("lease", "is %s; 10 s to 1 hour are allowed".formatted(lease));
    }
    Set<String> models = Set.copyOf(request.getModelsList());
    Duration wait = wait(Wire.duration(request.getWait()));
    if (!wait.isPositive()) {
      answer(store.lease(worker, models, lease, leaseClock.instant(), now()), answer);
      return;
    }
    if (!waitPlaces.tryAcquire()) {
      throw new ResourceExhausted(
          "WAITERS_TOO_MANY",
          "too many workers wait here; ask again without a wait, or another replica",
          Duration.ofSeconds(5));
    }
    var call = (ServerCallStreamObserver<LeaseRetrainTaskResponse>) answer;
    call.setOnCancelHandler(bell::rise);
    Thread.ofVirtual()
        .name("lease-wait")
        .start(
            Context.current()
                .wrap(() -> {
                  try {
                    await(worker, models, lease, wait, call);
                  } finally {
                    waitPlaces.release();
                  }
                }));
  }

  /** What was asked for, or as much as the caller's deadline leaves. */
  private static Duration wait(Duration asked) {
    Deadline deadline = Context.current().getDeadline();
    if (deadline == null) {
      return asked;
    }
    Duration left = Duration.ofNanos(deadline.timeRemaining(TimeUnit.NANOSECONDS)).minus(ANSWER);
    return left.compareTo(asked) < 0 ? left : asked;
  }

  private void await(
      String worker,
      Set<String> models,
      Duration lease,
      Duration wait,
      ServerCallStreamObserver<LeaseRetrainTaskResponse> call) {
    long end = System.nanoTime() + wait.toNanos();
    try {
      while (!call.isCancelled()) {
        long seen = bell.height();
        Optional<RetrainTask> task =
            store.lease(worker, models, lease, leaseClock.instant(), now());
        long left = end - System.nanoTime();
        if (task.isPresent() || left <= 0 || bell.isClosed()) {
          answer(task, call);
          return;
        }
        bell.awaitAbove(seen, Duration.ofNanos(Math.min(left, LOOK.toNanos())));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      if (!call.isCancelled()) {
        call.onError(e);
      }
    }
  }

  private static void answer(
      Optional<RetrainTask> task, StreamObserver<LeaseRetrainTaskResponse> answer) {
    var response = LeaseRetrainTaskResponse.newBuilder();
    task.ifPresent(
        leased -> response.setTask(RetrainMessages.write(leased)).setFence(leased.fence()));
    answer.onNext(response.build());
    answer.onCompleted();
  }

  @Override
  public void heartbeatRetrainTask(
      HeartbeatRetrainTaskRequest request, StreamObserver<HeartbeatRetrainTaskResponse> answer) {
    RetrainTask task =
        store.heartbeat(
            RetrainMessages.id("task_id", request.getTaskId()),
            request.getFence(),
            request.getProgress(),
            TextField.require("progress_note", request.getProgressNote(), 0, 1_000),
            leaseClock.instant());
    var response =
        HeartbeatRetrainTaskResponse.newBuilder()
            .setCancelled(task.state() == RetrainState.CANCELLED);
    task.leaseExpiresAt().ifPresent(at -> response.setLeaseExpiresAt(Wire.time(at)));
    answer.onNext(response.build());
    answer.onCompleted();
  }

  @Override
  public void completeRetrainTask(
      CompleteRetrainTaskRequest request, StreamObserver<CompleteRetrainTaskResponse> answer) {
    RetrainTask task =
        store.complete(
            RetrainMessages.id("task_id", request.getTaskId()),
            request.getFence(),
            RetrainMessages.outcome(request),
            leaseClock.instant(),
            now());
    if (task.state() == RetrainState.OPEN) {
      bell.rise();
    }
    answer.onNext(
        CompleteRetrainTaskResponse.newBuilder().setTask(RetrainMessages.write(task)).build());
    answer.onCompleted();
  }

  @Override
  public void cancelRetrainTask(
      CancelRetrainTaskRequest request, StreamObserver<CancelRetrainTaskResponse> answer) {
    RetrainTask task =
        store.cancel(
            RetrainMessages.id("task_id", request.getTaskId()),
            TextField.require("reason", request.getReason(), 1, 1_000),
            now());
    answer.onNext(
        CancelRetrainTaskResponse.newBuilder().setTask(RetrainMessages.write(task)).build());
    answer.onCompleted();
  }

  @Override
  public void getRetrainTask(
      GetRetrainTaskRequest request, StreamObserver<GetRetrainTaskResponse> answer) {
    UUID id = RetrainMessages.id("task_id", request.getTaskId());
    RetrainTask task =
        store
            .task(id)
            .orElseThrow(() ->
                new NotFound("TASK_UNKNOWN", "task_id: no task has the id " + request.getTaskId()));
    answer.onNext(GetRetrainTaskResponse.newBuilder().setTask(RetrainMessages.write(task)).build());
    answer.onCompleted();
  }

  @Override
  public void listRetrainTasks(
      ListRetrainTasksRequest request, StreamObserver<ListRetrainTasksResponse> answer) {
    Optional<Long> before =
        Paging.read(
            request.getPageToken(),
            "retrain-tasks",
            1,
            parts -> Long.parseUnsignedLong(parts.getFirst()));
    Page<RetrainTask, Long> page =
        store.tasks(
            Wire.text("model", request.getModel()),
            RetrainMessages.states(request.getStatesList()),
            before,
            Paging.size(request.getPageSize()));
    var response = ListRetrainTasksResponse.newBuilder();
    page.items().forEach(task -> response.addTasks(RetrainMessages.write(task)));
    page.next()
        .ifPresent(number -> response.setNextPageToken(Paging.token("retrain-tasks", number)));
    answer.onNext(response.build());
    answer.onCompleted();
  }
}
