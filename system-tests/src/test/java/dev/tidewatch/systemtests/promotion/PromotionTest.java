package dev.tidewatch.systemtests.promotion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.models.ModelFamilies;
import dev.tidewatch.models.training.TrainingProgress;
import dev.tidewatch.proto.inference.v1.ServedState;
import dev.tidewatch.proto.monitor.v1.AccuracyServiceGrpc;
import dev.tidewatch.proto.monitor.v1.CompareAccuracyRequest;
import dev.tidewatch.proto.monitor.v1.CompleteRetrainTaskRequest;
import dev.tidewatch.proto.monitor.v1.Decision;
import dev.tidewatch.proto.monitor.v1.DecisionKind;
import dev.tidewatch.proto.monitor.v1.EnqueueRetrainTaskRequest;
import dev.tidewatch.proto.monitor.v1.ExplainModelRequest;
import dev.tidewatch.proto.monitor.v1.LeaseRetrainTaskRequest;
import dev.tidewatch.proto.monitor.v1.LedgerServiceGrpc;
import dev.tidewatch.proto.monitor.v1.ListDecisionsRequest;
import dev.tidewatch.proto.monitor.v1.ListPredictionsRequest;
import dev.tidewatch.proto.monitor.v1.ListTrialsRequest;
import dev.tidewatch.proto.monitor.v1.PredictionFilter;
import dev.tidewatch.proto.monitor.v1.PromotionPlan;
import dev.tidewatch.proto.monitor.v1.RetrainPolicy;
import dev.tidewatch.proto.monitor.v1.RetrainServiceGrpc;
import dev.tidewatch.proto.monitor.v1.SetRetrainPolicyRequest;
import dev.tidewatch.proto.monitor.v1.StoryLine;
import dev.tidewatch.proto.monitor.v1.Trial;
import dev.tidewatch.proto.monitor.v1.TrialState;
import dev.tidewatch.proto.registry.v1.AttachEvidenceRequest;
import dev.tidewatch.proto.registry.v1.Evidence;
import dev.tidewatch.proto.registry.v1.PairedErrors;
import dev.tidewatch.proto.registry.v1.Task;
import dev.tidewatch.proto.registry.v1.VersionReference;
import dev.tidewatch.sdk.IngestWriter;
import dev.tidewatch.sdk.ProtoTimes;
import dev.tidewatch.sdk.Tidewatch;
import dev.tidewatch.standalone.Standalone;
import dev.tidewatch.standalone.StandaloneConfig;
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
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * With the real registry and real canaries: a better version becomes champion by its pairs, a worse
 * one is refused by the gate, one that got past the gate is rolled back by its pairs, and a
 * promotion is taken back in one call.
 */
class PromotionTest {
  private static final Instant NOW = Instant.parse("2026-02-16T00:00:00Z");
  private static final SmallPlant PLANT = new SmallPlant("promotion/power");
  private static final String MODEL = PLANT.forecaster();
  private static final int HOURS_MAX = 40;

  private final SettableClock clock = new SettableClock(NOW);
  private Path folder = Path.of("");

  @BeforeEach
  void prepare() throws Exception {
    folder = TestFolders.create("promotion");
  }

  @AfterEach
  void cleanUp() throws Exception {
    TestFolders.delete(folder);
  }

  @Test
  void versionsAreTriedPromotedRefusedAndRolledBack() throws Exception {
    try (var standalone =
            Standalone.launch(
                StandaloneConfig.in(folder)
                    .withPorts(Ports.FREE)
                    .withFlags(
                        List.of("--monitor.trial-interval=100ms", "--trainer.enabled=false")),
                clock);
        var client = Tidewatch.connect(standalone.addresses().connection());
        var writer = client.ingest().openWriter("promotion")) {
      PLANT.sendHistory(writer, NOW);
      var publication = new Publication(client.registry());
      var first = train(client, "naive");
      publication.promote(first);
      publication.assign(MODEL, Task.TASK_FORECAST, new SeriesName(PLANT.series()), 1);
      plan(client);
      awaitServed(client, first.version());

      // The better one.
      String better = train(client, "seasonal-naive").version();
      complete(client, better);
      awaitTrial(client, better, Set.of(TrialState.TRIAL_STATE_CANARY));
      awaitServed(client, better);
      Trial trial = liveUntilEnd(client, writer, better);
      assertThat(trial.getState()).as(trial.getReason()).isEqualTo(TrialState.TRIAL_STATE_PROMOTED);
      assertThat(trial.getComparison().getDmStatistic()).isNegative();
      assertThat(champion(client)).isEqualTo(better);
      assertThat(client.registry().routing(MODEL).getCanaryBasisPoints()).isZero();
      var compared =
          AccuracyServiceGrpc.newBlockingStub(client.monitor().channel())
              .compareAccuracy(
                  CompareAccuracyRequest.newBuilder()
                      .setModel(MODEL)
                      .setBaselineVersion(first.version())
                      .setCandidateVersion(better)
                      .build());
      assertThat(compared.getCandidate().getMae()).isLessThan(compared.getBaseline().getMae());

      // The evidence speaks against the next one.
      var worse = train(client, "naive");
      complete(client, worse.version());
      awaitTrial(client, worse.version(), Set.of(TrialState.TRIAL_STATE_REFUSED));
      assertThat(champion(client)).isEqualTo(better);

      // And for this one, by mistake.
      String lucky = train(client, "naive").version();
      flatter(client, lucky, better);
      complete(client, lucky);
      awaitTrial(client, lucky, Set.of(TrialState.TRIAL_STATE_CANARY));
      awaitServed(client, lucky);
      trial = liveUntilEnd(client, writer, lucky);
      assertThat(trial.getState())
          .as(trial.getReason())
          .isEqualTo(TrialState.TRIAL_STATE_ROLLED_BACK);
      assertThat(champion(client)).isEqualTo(better);

      // Taken back in one call.
      Decision promoted = decisions(client, DecisionKind.DECISION_KIND_PROMOTED).getFirst();
      client.monitor().decisions().revert(promoted.getId(), "ann", "for the sake of it");
      assertThat(champion(client)).isEqualTo(first.version());
      assertThat(
              client
                  .monitor()
                  .decisions()
                  .explain(ExplainModelRequest.newBuilder().setModel(MODEL).build())
                  .map(StoryLine::getTopic)
                  .distinct())
          .contains("task", "gate", "canary", "promotion", "rollback", "revert");
    }
  }

  private dev.tidewatch.trainer.TrainingReport train(Tidewatch client, String family)
      throws Exception {
    return new Trainer(client, ModelFamilies.core(), clock, "test")
        .train(
            TrainingPlan.of(
                MODEL,
                family,
                List.of(new SeriesName(PLANT.series())),
                Grid.ofStep(Duration.ofHours(1)),
                SmallPlant.HORIZON_HOURS),
            TrainingProgress.SILENT);
  }

  private static RetrainServiceGrpc.RetrainServiceBlockingStub retrain(Tidewatch client) {
    return RetrainServiceGrpc.newBlockingStub(client.monitor().channel());
  }

  private static void plan(Tidewatch client) {
    var answer =
        retrain(client)
            .setRetrainPolicy(
                SetRetrainPolicyRequest.newBuilder()
                    .setPolicy(
                        RetrainPolicy.newBuilder()
                            .setModel(MODEL)
                            .setPromotion(
                                PromotionPlan.newBuilder()
                                    .setCanaryBasisPoints(2_000)
                                    .setPairsMin(50)
                                    .setDurationMax(ProtoTimes.duration(Duration.ofDays(5)))))
                    .build());
    assertThat(answer.getPolicy().getModel()).isEqualTo(MODEL);
  }

  /** A task by hand, as if a worker had made the version. */
  private static void complete(Tidewatch client, String version) {
    var stub = retrain(client);
    stub.enqueueRetrainTask(
        EnqueueRetrainTaskRequest.newBuilder()
            .setModel(MODEL)
            .setReason("by hand")
            .setRequestId(UUID.randomUUID().toString())
            .build());
    var leased =
        stub.leaseRetrainTask(
            LeaseRetrainTaskRequest.newBuilder().setWorker("test").addModels(MODEL).build());
    stub.completeRetrainTask(
        CompleteRetrainTaskRequest.newBuilder()
            .setTaskId(leased.getTask().getId())
            .setFence(leased.getFence())
            .setResultVersion(version)
            .build());
  }

  /** Errors against the champion that say better than it is. */
  private void flatter(Tidewatch client, String version, String champion) {
    var errors =
        PairedErrors.newBuilder()
            .setOther(VersionReference.newBuilder().setModel(MODEL).setVersion(champion))
            .setMeasure("absolute_error");
    for (int i = 0; i < 40; i++) {
      errors
          .addOriginsMicros(Duration.ofHours(i).toNanos() / 1_000)
          .addCandidateErrors(1 + 0.01 * (i % 7))
          .addOtherErrors(2 + 0.01 * (i % 5));
    }
    var registered = client.registry().getVersion(MODEL, version);
    client
        .registry()
        .attachEvidence(
            AttachEvidenceRequest.newBuilder()
                .setModel(MODEL)
                .setVersion(version)
                .setEvidence(
                    Evidence.newBuilder()
                        .setArtifactSha256(registered.getArtifact().getSha256())
                        .setFoundAt(ProtoTimes.timestamp(clock.instant()))
                        .setPairedErrors(errors))
                .build());
  }

  private static void awaitServed(Tidewatch client, String version) throws InterruptedException {
    Eventually.get(
        "version " + version + " in memory",
        () ->
            client
                .inference()
                .listServedModels(MODEL)
                .anyMatch(served ->
                    served.getVersion().equals(version)
                        && served.getState() == ServedState.SERVED_STATE_READY),
        ready -> ready);
  }

  private static Trial trialOf(Tidewatch client, String version) {
    return client
        .monitor()
        .decisions()
        .listTrials(ListTrialsRequest.newBuilder().setModel(MODEL).build())
        .filter(trial -> trial.getCandidateVersion().equals(version))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no trial of " + version));
  }

  private static void awaitTrial(Tidewatch client, String version, Set<TrialState> states)
      throws InterruptedException {
    Eventually.get(
        "trial of " + version + " at " + states,
        () -> trialOf(client, version),
        trial -> states.contains(trial.getState()));
  }

  /** Readings come as time goes by, until the trial ends. */
  private Trial liveUntilEnd(Tidewatch client, IngestWriter writer, String version)
      throws InterruptedException {
    Trial trial = trialOf(client, version);
    for (int hour = 1; hour <= HOURS_MAX; hour++) {
      long before = newestOrigin(client, version);
      for (int quarter = 0; quarter < 4; quarter++) {
        PLANT.send(writer, clock.instant(), PLANT.value(clock.instant()));
        clock.advance(SmallPlant.STEP);
      }
      writer.flush();
      long pairs = trial.getComparison().getPairs();
      int past = hour;
      trial =
          Eventually.get(
              "more pairs in hour " + hour,
              () -> trialOf(client, version),
              now ->
                  past < 2
                      || now.getComparison().getPairs() > pairs
                      || now.getState() != TrialState.TRIAL_STATE_CANARY);
      if (trial.getState() != TrialState.TRIAL_STATE_CANARY) {
        break;
      }
      // Its next pairs are those of a forecast from this hour, which must not be overtaken by time.
      Eventually.get(
          "a forecast by " + version + " in hour " + hour,
          () -> newestOrigin(client, version),
          origin -> origin > before);
    }
    return Eventually.get(
        "the end of the trial of " + version,
        () -> trialOf(client, version),
        now ->
            now.getState() == TrialState.TRIAL_STATE_PROMOTED
                || now.getState() == TrialState.TRIAL_STATE_ROLLED_BACK);
  }

  /** Epoch seconds of the newest recorded forecast of a version; 0 if there is none. */
  private static long newestOrigin(Tidewatch client, String version) {
    return LedgerServiceGrpc.newBlockingStub(client.monitor().channel())
        .listPredictions(
            ListPredictionsRequest.newBuilder()
                .setFilter(PredictionFilter.newBuilder().setModel(MODEL).setVersion(version))
                .setPageSize(1)
                .build())
        .getPredictionsList()
        .stream()
        .mapToLong(prediction -> prediction.getOrigin().getSeconds())
        .findFirst()
        .orElse(0);
  }

  private static String champion(Tidewatch client) {
    return client.registry().getVersionByAlias(MODEL, "champion").getVersion();
  }

  private static List<Decision> decisions(Tidewatch client, DecisionKind kind) {
    return client
        .monitor()
        .decisions()
        .listDecisions(ListDecisionsRequest.newBuilder().setModel(MODEL).setKind(kind).build())
        .toList();
  }
}
