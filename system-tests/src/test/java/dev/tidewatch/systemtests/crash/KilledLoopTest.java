package dev.tidewatch.systemtests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.models.ModelFamilies;
import dev.tidewatch.models.training.TrainingProgress;
import dev.tidewatch.proto.monitor.v1.Decision;
import dev.tidewatch.proto.monitor.v1.DecisionKind;
import dev.tidewatch.proto.monitor.v1.EnqueueRetrainTaskRequest;
import dev.tidewatch.proto.monitor.v1.LeaseRetrainTaskRequest;
import dev.tidewatch.proto.monitor.v1.LedgerServiceGrpc;
import dev.tidewatch.proto.monitor.v1.ListDecisionsRequest;
import dev.tidewatch.proto.monitor.v1.ListTrialsRequest;
import dev.tidewatch.proto.monitor.v1.Prediction;
import dev.tidewatch.proto.monitor.v1.PromotionPlan;
import dev.tidewatch.proto.monitor.v1.RecordPredictionsRequest;
import dev.tidewatch.proto.monitor.v1.RetrainPolicy;
import dev.tidewatch.proto.monitor.v1.RetrainTask;
import dev.tidewatch.proto.monitor.v1.RetrainTaskState;
import dev.tidewatch.proto.monitor.v1.Role;
import dev.tidewatch.proto.monitor.v1.Trial;
import dev.tidewatch.proto.monitor.v1.TrialState;
import dev.tidewatch.proto.registry.v1.AliasMoveRecord;
import dev.tidewatch.sdk.IngestWriter;
import dev.tidewatch.sdk.ProtoTimes;
import dev.tidewatch.sdk.Tidewatch;
import dev.tidewatch.standalone.FreePort;
import dev.tidewatch.standalone.StandaloneConfig.Ports;
import dev.tidewatch.systemtests.fixture.Eventually;
import dev.tidewatch.systemtests.fixture.SettableClock;
import dev.tidewatch.systemtests.fixture.SmallPlant;
import dev.tidewatch.systemtests.fixture.TestFolders;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.trainer.Publication;
import dev.tidewatch.trainer.Trainer;
import dev.tidewatch.trainer.TrainingPlan;
import dev.tidewatch.trainer.TrainingReport;
import dev.tidewatch.trainer.worker.TrainingWorker;
import dev.tidewatch.trainer.worker.WorkerListener;
import io.opentelemetry.api.OpenTelemetry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A worker that holds a task, and the servers while a canary is on trial, are killed without
 * warning (SIGKILL). The trial goes on and ends as if nothing had happened, each step taken once;
 * the task goes to another worker, which makes the one version that comes of it.
 */
class KilledLoopTest {
  private static final Instant NOW = Instant.parse("2026-02-16T00:00:00Z");
  private static final SmallPlant PLANT = new SmallPlant("killed/power");
  private static final String TRIED = "killed-tried";
  private static final String TRAINED = "killed-trained";
  private static final int STEPS = 3;
  private static final int HOURS_BEFORE = 6;
  private static final int HOURS_MAX = 40;

  private final SettableClock clock = new SettableClock(NOW);
  private Path folder = Path.of("");
  private Path log = Path.of("");
  private Ports ports = Ports.FREE;

  @BeforeEach
  void prepare() throws Exception {
    folder = TestFolders.create("killed-loop");
    log = folder.resolveSibling(folder.getFileName() + ".log");
    ports = new Ports(FreePort.take(), FreePort.take(), FreePort.take(), FreePort.take());
  }

  @AfterEach
  void cleanUp() throws Exception {
    TestFolders.delete(folder);
  }

  private ClockedServers start() throws Exception {
    return ClockedServers.start(
        folder,
        log,
        ports,
        clock.instant(),
        List.of(
            "--monitor.trial-interval=50ms",
            "--trainer.enabled=false",
            "--ingest.telemetry.metrics-port=0",
            "--registry.telemetry.metrics-port=0",
            "--inference.telemetry.metrics-port=0",
            "--monitor.telemetry.metrics-port=0"));
  }

  @Test
  void aTrialEndsAsItWouldHaveAndATaskIsDoneOnce() throws Exception {
    ClockedServers servers = start();
    try (var client = Tidewatch.connect(servers.addresses().connection());
        var writer = client.ingest().openWriter("killed-loop")) {
      PLANT.sendHistory(writer, NOW);
      var publication = new Publication(client.registry());
      TrainingReport first = train(client, TRIED, "naive");
      publication.promote(first);
      publication.promote(train(client, TRAINED, "naive"));
      setPlan(client);
      String better = train(client, TRIED, "seasonal-naive").version();
      complete(client, better);
      awaitTrial(client, better, TrialState.TRIAL_STATE_CANARY);
      for (int hour = 0; hour < HOURS_BEFORE; hour++) {
        live(client, writer, servers, first.version(), better);
      }
      Eventually.get(
          "pairs",
          () -> trialOf(client, better).getComparison().getPairs(),
          pairs -> pairs > HOURS_BEFORE);
      RetrainTask task = enqueue(client, TRAINED, "seasonal-naive");
      Process stuck =
          StuckWorker.start(servers.addresses(), TRAINED, "seasonal-naive", clock.instant(), log);
      assertThat(client.monitor().retrain().task(task.getId()).getWorker())
          .isEqualTo(StuckWorker.NAME);

      stuck.destroyForcibly().waitFor();
      servers.kill();
      servers = start();

      Trial found = Eventually.get("the trial", () -> trialOf(client, better), any -> true);
      assertThat(found.getState()).isEqualTo(TrialState.TRIAL_STATE_CANARY);
      try (var _ = anotherWorker(client)) {
        Trial trial = found;
        for (int hour = 0;
            hour < HOURS_MAX && trial.getState() == TrialState.TRIAL_STATE_CANARY;
            hour++) {
          live(client, writer, servers, first.version(), better);
          trial = trialOf(client, better);
        }
        trial = awaitTrial(client, better, TrialState.TRIAL_STATE_PROMOTED);
        assertThat(trial.getComparison().getDmStatistic()).as(trial.getReason()).isNegative();
        assertStepsTakenOnce(client, first.version(), better);
        assertDoneOnce(client, task.getId());
      }
    } finally {
      servers.close();
    }
  }

  private static void assertStepsTakenOnce(Tidewatch client, String first, String better) {
    assertThat(
            client
                .monitor()
                .decisions()
                .listDecisions(ListDecisionsRequest.newBuilder().setModel(TRIED).build())
                .map(Decision::getKind))
        .containsExactly(
            DecisionKind.DECISION_KIND_PROMOTED,
            DecisionKind.DECISION_KIND_CANARY_STARTED,
            DecisionKind.DECISION_KIND_GATE_PASSED,
            DecisionKind.DECISION_KIND_RETRAIN);
    assertThat(client.registry().aliasHistory(TRIED, "champion").map(AliasMoveRecord::getToVersion))
        .containsExactly(better, first);
    assertThat(client.registry().aliasHistory(TRIED, "canary").map(AliasMoveRecord::getToVersion))
        .containsExactly("", better);
    assertThat(client.registry().routing(TRIED).getCanaryBasisPoints()).isZero();
  }

  private static void assertDoneOnce(Tidewatch client, String id) throws InterruptedException {
    RetrainTask task =
        Eventually.get(
            "the end of the task",
            () -> client.monitor().retrain().task(id),
            now -> now.getState() == RetrainTaskState.RETRAIN_TASK_STATE_SUCCEEDED);
    assertThat(task.getWorker()).isEqualTo("another");
    assertThat(task.getAttempts()).isEqualTo(2);
    assertThat(client.registry().listVersions(TRAINED).map(version -> version.getVersion()))
        .as("the champion and the one that came of the task")
        .hasSize(2)
        .contains(task.getResultVersion());
    Trial trial =
        Eventually.get(
            "its trial at the gate or behind it",
            () -> trialOf(client, TRAINED, task.getResultVersion()),
            now -> !now.getChampionVersion().isEmpty());
    assertThat(trial.getChampionVersion()).isEqualTo(task.getChampionVersion());
  }

  private TrainingReport train(Tidewatch client, String model, String family) throws Exception {
    return new Trainer(client, ModelFamilies.core(), clock, "test")
        .train(
            TrainingPlan.of(
                model,
                family,
                List.of(new SeriesName(PLANT.series())),
                Grid.ofStep(Duration.ofHours(1)),
                SmallPlant.HORIZON_HOURS),
            TrainingProgress.SILENT);
  }

  private TrainingWorker anotherWorker(Tidewatch client) {
    return new TrainingWorker(
            client,
            ModelFamilies.core(),
            clock,
            "test",
            StuckWorker.settings("another", TRAINED),
            WorkerListener.SILENT,
            OpenTelemetry.noop())
        .start();
  }

  private static void setPlan(Tidewatch client) {
    var policy =
        client
            .monitor()
            .retrain()
            .setPolicy(
                RetrainPolicy.newBuilder()
                    .setModel(TRIED)
                    .setPromotion(
                        PromotionPlan.newBuilder()
                            .setCanaryBasisPoints(2_000)
                            .setPairsMin(45)
                            .setDurationMax(ProtoTimes.duration(Duration.ofDays(5))))
                    .build());
    assertThat(policy.getModel()).isEqualTo(TRIED);
  }

  private static RetrainTask enqueue(Tidewatch client, String model, String family) {
    return client
        .monitor()
        .retrain()
        .enqueue(
            EnqueueRetrainTaskRequest.newBuilder()
                .setModel(model)
                .setReason("by hand")
                .putParameters("family", family)
                .setRequestId(UUID.randomUUID().toString())
                .build());
  }

  /** A task by hand, as if a worker had made the version. */
  private static void complete(Tidewatch client, String version) {
    RetrainTask task = enqueue(client, TRIED, "seasonal-naive");
    var leased =
        client
            .monitor()
            .retrain()
            .lease(LeaseRetrainTaskRequest.newBuilder().setWorker("hand").addModels(TRIED).build());
    assertThat(leased.getTask().getId()).isEqualTo(task.getId());
    RetrainTask done =
        client.monitor().retrain().complete(task.getId(), leased.getFence(), version);
    assertThat(done.getResultVersion()).isEqualTo(version);
  }

  /** An hour goes by: both versions predict, readings come. */
  private void live(
      Tidewatch client, IngestWriter writer, ClockedServers servers, String champion, String canary)
      throws Exception {
    var request =
        RecordPredictionsRequest.newBuilder()
            .addPredictions(prediction(champion, "champion", Role.ROLE_CHAMPION, 3))
            .addPredictions(prediction(canary, "canary", Role.ROLE_SHADOW, 0.5))
            .build();
    var recorded =
        Eventually.get(
            "predictions recorded",
            () ->
                LedgerServiceGrpc.newBlockingStub(client.monitor().channel())
                    .recordPredictions(request),
            any -> true);
    assertThat(recorded.getRejectedList()).isEmpty();
    for (int quarter = 0; quarter < 4; quarter++) {
      PLANT.send(writer, clock.instant(), PLANT.value(clock.instant()));
      clock.advance(SmallPlant.STEP);
    }
    writer.flush();
    servers.set(clock.instant());
  }

  /** Off by so much, up and down in turn. */
  private Prediction prediction(String version, String alias, Role role, double error) {
    var prediction =
        Prediction.newBuilder()
            .setSeries(PLANT.series())
            .setGrid(
                dev.tidewatch.proto.type.v1.Grid.newBuilder()
                    .setStep(ProtoTimes.duration(Duration.ofHours(1))))
            .setModel(TRIED)
            .setVersion(version)
            .setAlias(alias)
            .setRole(role)
            .setOrigin(ProtoTimes.timestamp(clock.instant()));
    for (int step = 0; step < STEPS; step++) {
      Instant hour = clock.instant().plus(Duration.ofHours(step));
      double truth = 0;
      for (int quarter = 0; quarter < 4; quarter++) {
        truth += PLANT.value(hour.plus(SmallPlant.STEP.multipliedBy(quarter))) / 4;
      }
      long turn = hour.getEpochSecond() / 3_600 + step;
      prediction.addMeans(truth + error * (turn % 2 == 0 ? 1 : -1) * (1 + 0.1 * (turn % 5)));
    }
    return prediction.build();
  }

  private static Trial trialOf(Tidewatch client, String version) {
    return trialOf(client, TRIED, version);
  }

  private static Trial trialOf(Tidewatch client, String model, String version) {
    List<Trial> trials =
        client
            .monitor()
            .decisions()
            .listTrials(ListTrialsRequest.newBuilder().setModel(model).build())
            .filter(trial -> trial.getCandidateVersion().equals(version))
            .toList();
    assertThat(trials).as("trials of %s", version).hasSize(1);
    return trials.getFirst();
  }

  private static Trial awaitTrial(Tidewatch client, String version, TrialState state)
      throws InterruptedException {
    return Eventually.get(
        "trial of " + version + " at " + state,
        () -> trialOf(client, version),
        trial -> trial.getState() == state);
  }
}
