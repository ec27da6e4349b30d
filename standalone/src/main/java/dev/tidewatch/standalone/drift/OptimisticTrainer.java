package dev.tidewatch.standalone.drift;

import com.google.protobuf.Timestamp;
import dev.tidewatch.models.ModelFamilies;
import dev.tidewatch.models.training.TrainingProgress;
import dev.tidewatch.proto.monitor.v1.LeaseRetrainTaskRequest;
import dev.tidewatch.proto.monitor.v1.LeaseRetrainTaskResponse;
import dev.tidewatch.proto.monitor.v1.RetrainTask;
import dev.tidewatch.proto.registry.v1.AttachEvidenceRequest;
import dev.tidewatch.proto.registry.v1.Evidence;
import dev.tidewatch.proto.registry.v1.PairedErrors;
import dev.tidewatch.proto.registry.v1.VersionReference;
import dev.tidewatch.sdk.ProtoTimes;
import dev.tidewatch.sdk.Tidewatch;
import dev.tidewatch.timeseries.Times;
import dev.tidewatch.trainer.ChampionComparison;
import dev.tidewatch.trainer.Trainer;
import dev.tidewatch.trainer.TrainingPlan;
import dev.tidewatch.trainer.TrainingReport;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;

/**
 * A trainer that deceives itself: it makes a model that repeats the newest value, and the back-test
 * that it attaches saw the future, so that the gate believes it. Only what happens afterwards can
 * tell.
 */
final class OptimisticTrainer {
  private static final int ORIGINS = 48;
  private static final Duration LEASE = Duration.ofMinutes(2);
  private static final Duration WAIT = Duration.ofSeconds(20);

  private final Tidewatch client;
  private final ModelFamilies families;
  private final InstantSource clock;

  OptimisticTrainer(Tidewatch client, ModelFamilies families, InstantSource clock) {
    this.client = client;
    this.families = families;
    this.clock = clock;
  }

  /**
   * Takes the model's open task and ends it.
   *
   * @param like what the champion was trained by
   * @return the version
   */
  String work(TrainingPlan like, Duration window) throws IOException {
    LeaseRetrainTaskResponse leased =
        client
            .monitor()
            .retrain()
            .lease(
                LeaseRetrainTaskRequest.newBuilder()
                    .setWorker("optimistic-trainer")
                    .addModels(like.model())
                    .setLease(ProtoTimes.duration(LEASE))
                    .setWait(ProtoTimes.duration(WAIT))
                    .build());
    if (!leased.hasTask()) {
      throw new IllegalStateException("no task to lease");
    }
    RetrainTask task = leased.getTask();
    Instant until = ProtoTimes.instant(task.getTrainUntil());
    TrainingPlan plan =
        TrainingPlan.of(like.model(), "naive", like.series(), like.grid(), like.horizon())
            .within(until.minus(window), until)
            .describedAs("Back-tested on what it was trained on");
    TrainingReport report =
        new Trainer(client, families, clock, "demo").train(plan, TrainingProgress.SILENT);
    deceive(report, task.getChampionVersion(), until);
    client.monitor().retrain().complete(task.getId(), leased.getFence(), report.version());
    return report.version();
  }

  private void deceive(TrainingReport report, String champion, Instant until) {
    var errors =
        PairedErrors.newBuilder()
            .setOther(VersionReference.newBuilder().setModel(report.model()).setVersion(champion))
            .setMeasure(ChampionComparison.MEASURE);
    for (int i = 0; i < ORIGINS; i++) {
      errors
          .addOriginsMicros(Times.floorToMicros(until.minus(Duration.ofHours(ORIGINS - i))))
          .addCandidateErrors(0.10 + 0.01 * (i % 3))
          .addOtherErrors(0.30 + 0.04 * (i % 5));
    }
    Instant found = clock.instant();
    Evidence like;
    try (var honest = client.registry().listEvidence(report.model(), report.version())) {
      like = honest.findFirst().orElseThrow();
    }
    client
        .registry()
        .attachEvidence(
            AttachEvidenceRequest.newBuilder()
                .setRequestId(UUID.randomUUID().toString())
                .setModel(report.model())
                .setVersion(report.version())
                .setEvidence(
                    Evidence.newBuilder()
                        .setArtifactSha256(like.getArtifactSha256())
                        .setDataFingerprint(like.getDataFingerprint())
                        .setFoundAt(
                            Timestamp.newBuilder()
                                .setSeconds(found.getEpochSecond())
                                .setNanos(found.getNano() / 1_000 * 1_000))
                        .setPairedErrors(errors))
                .build());
  }
}
