package dev.tidewatch.monitor.retrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Duration;
import dev.tidewatch.monitor.SettableClock;
import dev.tidewatch.monitor.api.RetrainApi;
import dev.tidewatch.monitor.registry.ModelCatalogue;
import dev.tidewatch.monitor.registry.ModelCatalogue.NamedVersion;
import dev.tidewatch.monitor.storage.PostgresAccuracyStore;
import dev.tidewatch.monitor.storage.PostgresRetrainStore;
import dev.tidewatch.proto.monitor.v1.CancelRetrainTaskRequest;
import dev.tidewatch.proto.monitor.v1.CompleteRetrainTaskRequest;
import dev.tidewatch.proto.monitor.v1.EnqueueRetrainTaskRequest;
import dev.tidewatch.proto.monitor.v1.GetRetrainPolicyRequest;
import dev.tidewatch.proto.monitor.v1.GetRetrainTaskRequest;
import dev.tidewatch.proto.monitor.v1.HeartbeatRetrainTaskRequest;
import dev.tidewatch.proto.monitor.v1.LeaseRetrainTaskRequest;
import dev.tidewatch.proto.monitor.v1.LeaseRetrainTaskResponse;
import dev.tidewatch.proto.monitor.v1.ListRetrainTasksRequest;
import dev.tidewatch.proto.monitor.v1.RetrainServiceGrpc;
import dev.tidewatch.proto.monitor.v1.RetrainTask;
import dev.tidewatch.proto.monitor.v1.RetrainTaskState;
import dev.tidewatch.proto.monitor.v1.SetRetrainPolicyRequest;
import dev.tidewatch.serverkit.config.ConfigLoader;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.serverkit.grpc.ClientConfig;
import dev.tidewatch.serverkit.grpc.GrpcChannel;
import dev.tidewatch.serverkit.grpc.GrpcConfig;
import dev.tidewatch.serverkit.grpc.GrpcServer;
import dev.tidewatch.serverkit.grpc.StatusDetails;
import dev.tidewatch.serverkit.lifecycle.HighWaterMark;
import dev.tidewatch.serverkit.security.SecurityConfig;
import dev.tidewatch.serverkit.telemetry.Telemetry;
import dev.tidewatch.serverkit.testing.TestDatabase;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Policies and tasks over gRPC, with both clocks in the test's hands. */
class RetrainServiceTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  private final TestDatabase test = TestDatabase.plain("monitor", "db/migration/monitor");
  private final Database database = test.open("monitor");
  private final RetrainStore store = new PostgresRetrainStore(database);
  private final SettableClock clock = new SettableClock(NOON);
  private final SettableClock realTime = new SettableClock(Instant.parse("2031-01-01T00:00:00Z"));
  private final HighWaterMark bell = new HighWaterMark();
  private volatile String drifted = "";
  private volatile boolean onTrial;
  private final ModelCatalogue catalogue =
      (model, alias) ->
          model.equals("load")
              ? Optional.of(new NamedVersion("load", "1.2.0", NOON, List.of("hq/load")))
              : Optional.empty();
  private final RetrainPlanner planner =
      new RetrainPlanner(
          store,
          new PostgresAccuracyStore(database),
          (version, since) -> drifted.isEmpty() ? Optional.empty() : Optional.of(drifted),
          catalogue,
          model -> onTrial,
          bell,
          clock,
          realTime,
          java.time.Duration.ofSeconds(1),
          Telemetry.disabled().tracer());
  private final GrpcServer server =
      GrpcServer.builder(
              ConfigLoader.with(
                  GrpcConfig.class, Map.of("host", "inproc:" + UUID.randomUUID(), "port", "0")),
              SecurityConfig.off(),
              Telemetry.disabled())
          .service(new RetrainApi(store, catalogue, bell, clock, realTime))
          .start();
  private final GrpcChannel channel =
      GrpcChannel.open(ClientConfig.to(server.target()), Telemetry.disabled());
  private final RetrainServiceGrpc.RetrainServiceBlockingStub retrain =
      RetrainServiceGrpc.newBlockingStub(channel.channel());

  @BeforeEach
  void setPolicy() {
    retrain.setRetrainPolicy(
        SetRetrainPolicyRequest.newBuilder()
            .setPolicy(
                dev.tidewatch.proto.monitor.v1.RetrainPolicy.newBuilder()
                    .setModel("load")
                    .setMapeMax(15)
                    .setOnDrift(true)
                    .setAgeMax(Duration.newBuilder().setSeconds(30 * 86_400))
                    .setCron("0 3 * * *"))
            .build());
  }

  @AfterEach
  void close() {
    bell.close();
    channel.close();
    server.close();
    database.close();
    test.close();
  }

  private List<RetrainTask> tasks() {
    return retrain.listRetrainTasks(ListRetrainTasksRequest.getDefaultInstance()).getTasksList();
  }

  private LeaseRetrainTaskResponse lease(String worker, int waitSeconds) {
    return retrain.leaseRetrainTask(
        LeaseRetrainTaskRequest.newBuilder()
            .setWorker(worker)
            .setWait(Duration.newBuilder().setSeconds(waitSeconds))
            .build());
  }

  private RetrainTask enqueue(String model, UUID requestId) {
    return retrain
        .enqueueRetrainTask(
            EnqueueRetrainTaskRequest.newBuilder()
                .setModel(model)
                .setReason("new heat pump")
                .putParameters("window", "P14D")
                .setRequestId(requestId.toString())
                .build())
        .getTask();
  }

  private static void refused(ThrowingCallable call, String reason) {
    assertThatThrownBy(call)
        .satisfies(e -> assertThat(StatusDetails.reason(e)).as("%s", e).contains(reason));
  }

  @Test
  void whatIsNotSetHasItsDefault() {
    var policy =
        retrain
            .getRetrainPolicy(GetRetrainPolicyRequest.newBuilder().setModel("load").build())
            .getPolicy();
    assertThat(policy.getPairsMin()).isEqualTo(100);
    assertThat(policy.getTrailing().getSeconds()).isEqualTo(86_400);
    assertThat(policy.getCoolDown().getSeconds()).isEqualTo(86_400);
    assertThat(policy.hasPromotion()).isFalse();
    assertThat(policy.getEtag()).isNotEmpty();
  }

  @Test
  void aTaskByHandGoesThroughItsLife() {
    UUID requestId = UUID.randomUUID();
    RetrainTask task = enqueue("load", requestId);
    assertThat(enqueue("load", requestId)).isEqualTo(task);
    assertThat(task.getChampionVersion()).isEqualTo("1.2.0");
    assertThat(task.getParametersMap()).containsEntry("window", "P14D");
    LeaseRetrainTaskResponse leased = lease("ann", 0);
    assertThat(leased.getTask().getId()).isEqualTo(task.getId());
    assertThat(lease("bob", 0).hasTask()).isFalse();
    var heartbeat =
        HeartbeatRetrainTaskRequest.newBuilder()
            .setTaskId(task.getId())
            .setFence(leased.getFence())
            .setProgress(.5)
            .build();
    assertThat(retrain.heartbeatRetrainTask(heartbeat).getCancelled()).isFalse();

    // The worker dies; its lease runs out in real time, and another one takes over.
    realTime.advance(java.time.Duration.ofSeconds(61));
    refused(() -> retrain.heartbeatRetrainTask(heartbeat), "LEASE_LOST");
    LeaseRetrainTaskResponse second = lease("bob", 0);
    assertThat(second.getTask().getAttempts()).isEqualTo(2);
    RetrainTask done =
        retrain
            .completeRetrainTask(
                CompleteRetrainTaskRequest.newBuilder()
                    .setTaskId(task.getId())
                    .setFence(second.getFence())
                    .setResultVersion("1.2.1")
                    .build())
            .getTask();
    assertThat(done.getState()).isEqualTo(RetrainTaskState.RETRAIN_TASK_STATE_SUCCEEDED);
    assertThat(
            retrain
                .getRetrainTask(
                    GetRetrainTaskRequest.newBuilder().setTaskId(requestId.toString()).build())
                .getTask())
        .isEqualTo(done);
    refused(
        () ->
            retrain.cancelRetrainTask(
                CancelRetrainTaskRequest.newBuilder()
                    .setTaskId(task.getId())
                    .setReason("late")
                    .build()),
        "TASK_ENDED");
    refused(() -> enqueue("price", UUID.randomUUID()), "CHAMPION_MISSING");
  }

  @Test
  void whoWaitsIsWokenByATask() throws Exception {
    var waiting = CompletableFuture.supplyAsync(() -> lease("ann", 60));
    RetrainTask task = enqueue("load", UUID.randomUUID());
    assertThat(waiting.get().getTask().getId()).isEqualTo(task.getId());
    assertThat(lease("bob", 1).hasTask()).as("nothing came").isFalse();
  }

  @Test
  void policiesMakeTasksAndRest() {
    planner.turn();
    assertThat(tasks()).as("nothing is wrong").isEmpty();
    drifted = "PSI of hq/load was 0.4";
    onTrial = true;
    planner.turn();
    assertThat(tasks()).as("a candidate is on trial").isEmpty();
    onTrial = false;
    planner.turn();
    planner.turn();
    assertThat(tasks()).hasSize(1);
    RetrainTask task = tasks().getFirst();
    assertThat(task.getReason()).contains("PSI of hq/load was 0.4");
    assertThat(task.getChampionVersion()).isEqualTo("1.2.0");
    retrain.cancelRetrainTask(
        CancelRetrainTaskRequest.newBuilder().setTaskId(task.getId()).setReason("no").build());
    clock.advance(java.time.Duration.ofHours(23));
    planner.turn();
    assertThat(tasks()).as("the cool-down lasts a day").hasSize(1);
    clock.advance(java.time.Duration.ofHours(1));
    planner.turn();
    assertThat(tasks()).hasSize(2);
  }

  @Test
  void aMomentOfTheScheduleThatPassedDuringARestIsGone() {
    clock.advance(java.time.Duration.ofHours(15));
    planner.turn();
    assertThat(tasks()).hasSize(1);
    assertThat(tasks().getFirst().getReason()).contains("2026-03-02T03:00:00Z");
    clock.advance(java.time.Duration.ofHours(24));
    planner.turn();
    retrain.cancelRetrainTask(
        CancelRetrainTaskRequest.newBuilder()
            .setTaskId(tasks().getFirst().getId())
            .setReason("no")
            .build());
    clock.advance(java.time.Duration.ofHours(23));
    planner.turn();
    assertThat(tasks()).hasSize(1);
    clock.advance(java.time.Duration.ofHours(2));
    planner.turn();
    assertThat(tasks()).hasSize(2);
    assertThat(tasks().getFirst().getReason()).contains("2026-03-04T03:00:00Z");
  }
}
