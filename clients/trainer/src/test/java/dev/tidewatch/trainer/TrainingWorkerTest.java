package dev.tidewatch.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.models.ModelFamilies;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.training.TrainingProgress;
import dev.tidewatch.proto.monitor.v1.CompleteRetrainTaskRequest;
import dev.tidewatch.proto.monitor.v1.RetrainTask;
import dev.tidewatch.proto.registry.v1.Evidence;
import dev.tidewatch.sdk.ProtoTimes;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.ReadingColumns;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.timeseries.Times;
import dev.tidewatch.trainer.worker.TrainingWorker;
import dev.tidewatch.trainer.worker.WorkerListener;
import dev.tidewatch.trainer.worker.WorkerSettings;
import io.opentelemetry.api.OpenTelemetry;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A worker trains as it is asked to, and every bad end is a good end. */
class TrainingWorkerTest {
  private static final Grid HOURS = Grid.ofStep(Duration.ofHours(1));
  private static final SeriesName LOAD = new SeriesName("site/load");
  private static final Instant START = Instant.parse("2026-01-05T00:00:00Z");
  private static final Instant CHAMPION_UNTIL = START.plus(Duration.ofDays(30));
  private static final Instant NOW = START.plus(Duration.ofDays(40)).plusSeconds(1_234);

  private final FakeRetrain retrain = new FakeRetrain();
  private final FakePlatform platform = new FakePlatform(retrain);
  private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
  private final TrainingWorker worker =
      new TrainingWorker(
          platform.client(),
          ModelFamilies.core(),
          () -> NOW,
          "9.9.9",
          new WorkerSettings(
              "ann",
              Set.of(),
              Duration.ofSeconds(10),
              Duration.ofMillis(20),
              Duration.ofSeconds(1),
              1),
          new Remembering(),
          OpenTelemetry.noop());

  private final class Remembering implements WorkerListener {
    @Override
    public void leased(RetrainTask task) {
      told.add("leased " + task.getModel());
    }

    @Override
    public void dropped(RetrainTask task, String why) {
      told.add("dropped " + why);
    }
  }

  @BeforeEach
  void trainTheChampion() throws IOException {
    var random = new SplittableRandom(1);
    var columns = ReadingColumns.builder();
    for (int hour = 0; hour < 24 * 41; hour++) {
      double week = hour / 24 % 7 >= 5 ? -8 : 0;
      // Ten days ago the building began to use more.
      double level = hour >= 24 * 31 ? 80 : 50;
      columns.add(
          Times.toMicros(START) + hour * Times.MICROS_PER_HOUR,
          level + week + 10 * Math.sin(hour * Math.PI / 12) + random.nextGaussian());
    }
    platform.readings.put(LOAD.value(), columns.build());
    var trainer = new Trainer(platform.client(), ModelFamilies.core(), () -> NOW, "9.9.9");
    TrainingReport champion =
        trainer.train(
            TrainingPlan.of("load", "seasonal-naive", List.of(LOAD), HOURS, 24)
                .withParameters(Parameters.of(Map.of("seasons", "168")))
                .withSeed(7)
                .within(null, CHAMPION_UNTIL),
            TrainingProgress.SILENT);
    new Publication(platform.client().registry()).promote(champion);
  }

  @AfterEach
  void close() {
    platform.queriesPass.countDown();
    worker.close();
    platform.close();
  }

  private static RetrainTask task(Map<String, String> parameters) {
    return RetrainTask.newBuilder()
        .setId("0".repeat(31) + "1")
        .setModel("load")
        .setReason("MAPE was 37 %")
        .setChampionVersion("1.0.0")
        .setTrainUntil(ProtoTimes.timestamp(NOW))
        .putAllParameters(parameters)
        .build();
  }

  private CompleteRetrainTaskRequest end(RetrainTask task) throws InterruptedException {
    retrain.open.add(task);
    CompleteRetrainTaskRequest end = retrain.completed.poll(60, TimeUnit.SECONDS);
    assertThat(end).as("no end; the worker told %s", told).isNotNull();
    return end;
  }

  private static void until(BooleanSupplier condition) throws InterruptedException {
    for (int i = 0; i < 6_000 && !condition.getAsBoolean(); i++) {
      TimeUnit.MILLISECONDS.sleep(10);
    }
    assertThat(condition.getAsBoolean()).isTrue();
  }

  @Test
  void trainsAsTheChampionWasOnNewerReadings() throws InterruptedException {
    worker.start();
    CompleteRetrainTaskRequest end = end(task(Map.of()));
    assertThat(end.getResultVersion()).isEqualTo("2.0.0");
    assertThat(end.getFence()).isEqualTo(1);
    var candidate = platform.versions.getLast();
    assertThat(candidate.getFamily()).isEqualTo("seasonal-naive");
    assertThat(candidate.getTagsMap()).containsEntry("set.seasons", "168");
    assertThat(candidate.getLineage().getSeed()).isEqualTo(7);
    assertThat(candidate.getDescription()).contains("1.0.0", "MAPE was 37 %");
    assertThat(candidate.getSignature()).isEqualTo(platform.versions.getFirst().getSignature());
    var window = candidate.getLineage().getTraining(0);
    Instant to = ProtoTimes.instant(window.getTo());
    assertThat(to)
        .as("whole intervals only")
        .isBetween(
            START.plus(Duration.ofDays(40)).minusSeconds(3_600), START.plus(Duration.ofDays(40)));
    assertThat(Duration.between(ProtoTimes.instant(window.getFrom()), to))
        .as("as long as the champion's")
        .isBetween(Duration.ofDays(29), Duration.ofDays(30));
    // Compared as the champion serves, on what it was not trained on.
    var paired =
        platform.evidence.stream()
            .filter(one -> one.getVersion().equals("2.0.0"))
            .map(one -> one.getEvidence())
            .filter(one -> one.getFindingCase() == Evidence.FindingCase.PAIRED_ERRORS)
            .findFirst()
            .orElseThrow()
            .getPairedErrors();
    assertThat(paired.getOther().getVersion()).isEqualTo("1.0.0");
    assertThat(paired.getOriginsMicrosList())
        .hasSizeGreaterThanOrEqualTo(30)
        .allMatch(origin -> origin >= Times.toMicros(CHAMPION_UNTIL));
    assertThat(platform.runTags.get("champion_comparison")).contains("as it serves");
    assertThat(platform.aliases.get("load@champion"))
        .as("no alias moves")
        .extracting(alias -> alias.getVersion())
        .isEqualTo("1.0.0");
    until(() -> retrain.heartbeats.get() > 0);
  }

  @Test
  void parametersOfTheTaskChangeThePlan() throws InterruptedException {
    worker.start();
    end(task(Map.of("set.seasons", "24", "window", "P20D", "seed", "9")));
    var candidate = platform.versions.getLast();
    assertThat(candidate.getTagsMap()).containsEntry("set.seasons", "24");
    assertThat(candidate.getLineage().getSeed()).isEqualTo(9);
    var window = candidate.getLineage().getTraining(0);
    assertThat(
            Duration.between(
                ProtoTimes.instant(window.getFrom()), ProtoTimes.instant(window.getTo())))
        .isBetween(Duration.ofDays(19), Duration.ofDays(20));

    end(task(Map.of("family", "naive")));
    assertThat(platform.versions.getLast().getFamily()).isEqualTo("naive");
  }

  @Test
  void ofSeveralWindowsABackTestTakesOne() throws InterruptedException {
    worker.start();
    end(task(Map.of("family", "additive", "window", "all,P28D,P8D")));
    var candidate = platform.versions.getLast();
    assertThat(candidate.getDescription())
        .as("the longest knows too much of the old level, the shortest too little of anything")
        .contains("window P28D by back-test (scaled error: all ", ", P28D ", ", P8D ");
    var window = candidate.getLineage().getTraining(0);
    assertThat(
            Duration.between(
                ProtoTimes.instant(window.getFrom()), ProtoTimes.instant(window.getTo())))
        .isBetween(Duration.ofDays(27), Duration.ofDays(28));
    assertThat(platform.runs.getLast().getParametersMap().get("description"))
        .isEqualTo(candidate.getDescription());
  }

  @Test
  void whatNoAttemptMendsEndsTheTask() throws InterruptedException {
    worker.start();
    for (var wrong :
        List.of(
            Map.of("colour", "blue"),
            Map.of("window", "long"),
            Map.of("folds", "-1"),
            Map.of("family", "crystal-ball"))) {
      CompleteRetrainTaskRequest end = end(task(wrong));
      assertThat(end.getFailure().getRetryable()).as("%s", wrong).isFalse();
      assertThat(end.getFailure().getMessage()).isNotEmpty();
    }
    platform.readings.put(LOAD.value(), ReadingColumns.empty());
    CompleteRetrainTaskRequest end = end(task(Map.of()));
    assertThat(end.getFailure().getMessage()).contains("site/load");
    assertThat(end.getFailure().getRetryable()).isFalse();
    assertThat(platform.versions).hasSize(1);
  }

  @Test
  void aCancelledTaskIsDropped() throws InterruptedException {
    platform.queriesPass = new CountDownLatch(1);
    worker.start();
    retrain.open.add(task(Map.of()));
    assertThat(told.poll(60, TimeUnit.SECONDS)).isEqualTo("leased load");
    retrain.cancelled = true;
    assertThat(told.poll(60, TimeUnit.SECONDS)).isEqualTo("dropped the task was cancelled");
    assertThat(retrain.completed).isEmpty();
    assertThat(platform.versions).hasSize(1);
    // The worker lives on.
    retrain.cancelled = false;
    platform.queriesPass.countDown();
    assertThat(end(task(Map.of())).getResultVersion()).isEqualTo("2.0.0");
  }

  @Test
  void aLostLeaseIsDropped() throws InterruptedException {
    platform.queriesPass = new CountDownLatch(1);
    worker.start();
    retrain.open.add(task(Map.of()));
    assertThat(told.poll(60, TimeUnit.SECONDS)).isEqualTo("leased load");
    retrain.leaseLost = true;
    assertThat(told.poll(60, TimeUnit.SECONDS)).startsWith("dropped").contains("LEASE_LOST");
    assertThat(retrain.completed).isEmpty();
    assertThat(platform.versions).hasSize(1);
  }

  @Test
  void aStoppedWorkerGivesItsTaskBack() throws InterruptedException {
    platform.queriesPass = new CountDownLatch(1);
    worker.start();
    retrain.open.add(task(Map.of()));
    assertThat(told.poll(60, TimeUnit.SECONDS)).isEqualTo("leased load");
    until(() -> !platform.queries.isEmpty());
    worker.close();
    CompleteRetrainTaskRequest end = retrain.completed.poll(60, TimeUnit.SECONDS);
    assertThat(end).isNotNull();
    assertThat(end.getFailure().getRetryable()).isTrue();
    assertThat(end.getFailure().getMessage()).contains("ann was stopped");
  }

  @Test
  void anAttemptAfterADeathFindsTheVersionThatWasMade() throws InterruptedException {
    worker.start();
    // The answer to the first attempt never came through; the second one is told the same.
    retrain.failures.set(1);
    assertThat(end(task(Map.of())).getResultVersion()).isEqualTo("2.0.0");
    assertThat(end(task(Map.of())).getResultVersion()).isEqualTo("2.0.0");
    assertThat(platform.versions).hasSize(2);
    // It died before the evidence was attached: no gate would let that version pass.
    platform.evidence.clear();
    assertThat(end(task(Map.of())).getResultVersion()).isEqualTo("3.0.0");
    assertThat(platform.evidence).isNotEmpty();
  }
}
