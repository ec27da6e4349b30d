package dev.tidewatch.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewatch.models.ModelFamilies;
import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.bundle.BundleLimits;
import dev.tidewatch.models.training.InsufficientHistoryException;
import dev.tidewatch.models.training.TrainingProgress;
import dev.tidewatch.proto.registry.v1.RunStatus;
import dev.tidewatch.proto.registry.v1.Task;
import dev.tidewatch.sdk.FeedPosition;
import dev.tidewatch.sdk.TidewatchException;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.ReadingColumns;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.timeseries.Times;
import io.grpc.Status;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TrainerTest {
  private static final Grid HOURS = Grid.ofStep(Duration.ofHours(1));
  private static final SeriesName LOAD = new SeriesName("site/load");
  private static final SeriesName OTHER = new SeriesName("site/other");
  private static final Instant START = Instant.parse("2026-01-05T00:00:00Z");
  private static final Instant NOW = START.plus(Duration.ofDays(40));

  private final FakePlatform platform = new FakePlatform();
  private final Trainer trainer =
      new Trainer(platform.client(), ModelFamilies.core(), () -> NOW, "9.9.9");

  @BeforeEach
  void fill() {
    var random = new SplittableRandom(1);
    for (SeriesName name : List.of(LOAD, OTHER)) {
      var columns = ReadingColumns.builder();
      for (int hour = 0; hour < 24 * 30; hour++) {
        columns.add(
            Times.toMicros(START) + hour * Times.MICROS_PER_HOUR,
            50 + 10 * Math.sin(hour * Math.PI / 12) + random.nextGaussian());
      }
      platform.readings.put(name.value(), columns.build());
    }
  }

  @AfterEach
  void close() {
    platform.close();
  }

  private static TrainingPlan plan(String family, SeriesName... series) {
    return TrainingPlan.of("load", family, List.of(series), HOURS, 24);
  }

  @Test
  void registersWhatItUploadedWithItsLineage() throws IOException {
    TrainingReport report =
        trainer.train(plan("seasonal-naive", LOAD, OTHER), TrainingProgress.SILENT);
    assertThat(report.version()).isEqualTo("1.0.0");
    assertThat(report.readings()).isEqualTo(2 * 24 * 30);
    assertThat(report.asOf()).isEqualTo(new FeedPosition(3, 77));
    assertThat(report.metrics()).containsKeys("mae", "coverage_90");

    Bundle uploaded = Bundle.read(platform.uploads.getFirst(), BundleLimits.DEFAULT);
    assertThat(uploaded.sha256()).isEqualTo(report.sha256());
    assertThat(uploaded.manifest().codeVersion()).isEqualTo("9.9.9");
    var version = platform.versions.getFirst();
    assertThat(version.getArtifactSha256()).isEqualTo(report.sha256());
    assertThat(version.getFamily()).isEqualTo("seasonal-naive");
    assertThat(version.getSignature().getHorizonSteps()).isEqualTo(24);
    assertThat(version.getSignature().getGrid().getStep().getSeconds()).isEqualTo(3_600);
    assertThat(version.getMetricsMap()).isEqualTo(report.metrics());
    assertThat(version.getLineage().getRunId()).isEqualTo(report.runId());
    assertThat(version.getLineage().getTrainingList().stream().map(window -> window.getSeries()))
        .containsExactly("site/load", "site/other");
    assertThat(version.getLineage().getTraining(0).getAsOf()).isEqualTo(FakePlatform.SNAPSHOT);
    assertThat(version.getLineage().getDataFingerprint())
        .isEqualTo(uploaded.manifest().trainingWindow().fingerprint());
    assertThat(platform.models.values())
        .singleElement()
        .satisfies(m -> assertThat(m.getTask()).isEqualTo(Task.TASK_FORECAST));
    assertThat(platform.finished)
        .singleElement()
        .satisfies(end -> assertThat(end.getStatus()).isEqualTo(RunStatus.RUN_STATUS_SUCCEEDED));
  }

  @Test
  void laterSeriesAreReadAtTheStateOfTheFirst() throws IOException {
    trainer.train(plan("zscore", LOAD, OTHER), TrainingProgress.SILENT);
    assertThat(platform.queries.get(0).hasAsOf()).isFalse();
    assertThat(platform.queries.get(1).getAsOf().getFeedPosition())
        .isEqualTo(FakePlatform.SNAPSHOT);
    assertThat(platform.models.values())
        .singleElement()
        .satisfies(m -> assertThat(m.getTask()).isEqualTo(Task.TASK_DETECT));
  }

  @Test
  void sameReadingsGiveTheSameBundle() throws IOException {
    for (String family : List.of("naive", "seasonal-naive", "zscore", "moving-average")) {
      var plan = TrainingPlan.of(family, family, List.of(LOAD), HOURS, 24);
      assertThat(trainer.train(plan, TrainingProgress.SILENT).sha256())
          .isEqualTo(trainer.train(plan, TrainingProgress.SILENT).sha256());
    }
  }

  @Test
  void whatIsCancelledLeavesARunThatSaysSoAndNothingElse() {
    for (String stage : List.of("read", "back-test", "calibrate", "upload", "register")) {
      assertThatThrownBy(() ->
              trainer.train(
                  plan("seasonal-naive", LOAD),
                  (at, fraction) -> {
                    if (at.equals(stage)) {
                      throw new CancellationException("stop at " + stage);
                    }
                  }))
          .isInstanceOf(CancellationException.class);
      assertThat(platform.versions).as(stage).isEmpty();
      assertThat(platform.finished.getLast().getStatus()).isEqualTo(RunStatus.RUN_STATUS_CANCELLED);
      assertThat(platform.finished.getLast().getReason()).isEqualTo("stop at " + stage);
    }
    assertThat(platform.finished).hasSize(5);
  }

  @Test
  void anInterruptCancels() {
    assertThatThrownBy(() ->
            trainer.train(
                plan("seasonal-naive", LOAD),
                (at, fraction) -> {
                  if (at.equals("back-test")) {
                    Thread.currentThread().interrupt();
                  }
                }))
        .isInstanceOf(CancellationException.class);
    assertThat(Thread.interrupted()).as("the interrupt is kept").isTrue();
    assertThat(platform.versions).isEmpty();
    assertThat(platform.finished)
        .singleElement()
        .satisfies(end -> assertThat(end.getStatus()).isEqualTo(RunStatus.RUN_STATUS_CANCELLED));
  }

  @Test
  void whatFailsLeavesARunThatSaysWhy() {
    platform.readings.put(OTHER.value(), ReadingColumns.empty());
    assertThatThrownBy(
            () -> trainer.train(plan("seasonal-naive", LOAD, OTHER), TrainingProgress.SILENT))
        .isInstanceOf(InsufficientHistoryException.class)
        .hasMessageContaining("site/other");
    assertThat(platform.finished.getLast().getStatus()).isEqualTo(RunStatus.RUN_STATUS_FAILED);
    assertThat(platform.finished.getLast().getReason()).contains("site/other");

    platform.refusesUploads = true;
    assertThatThrownBy(() -> trainer.train(plan("seasonal-naive", LOAD), TrainingProgress.SILENT))
        .isInstanceOf(TidewatchException.class)
        .hasMessageContaining("PERMISSION_DENIED");
    assertThat(platform.finished).hasSize(2);
    assertThat(platform.finished.getLast().getStatus()).isEqualTo(RunStatus.RUN_STATUS_FAILED);
    assertThat(platform.versions).isEmpty();
  }

  @Test
  void familiesAndTasksAreCheckedBeforeAnythingIsWritten() throws IOException {
    assertThatThrownBy(() -> trainer.train(plan("crystal-ball", LOAD), TrainingProgress.SILENT))
        .hasMessageContaining("no 'crystal-ball'")
        .hasMessageContaining("seasonal-naive");
    assertThat(platform.models).isEmpty();
    trainer.train(plan("naive", LOAD), TrainingProgress.SILENT);
    assertThatThrownBy(() -> trainer.train(plan("zscore", LOAD), TrainingProgress.SILENT))
        .hasMessageContaining("choose another name");
    assertThat(platform.runs).hasSize(1);
  }

  @Test
  void promotionDoesNotUndoOneThatHappenedMeanwhile() throws IOException {
    var publication = new Publication(platform.client().registry());
    TrainingReport first = trainer.train(plan("naive", LOAD), TrainingProgress.SILENT);
    TrainingReport second = trainer.train(plan("naive", LOAD), TrainingProgress.SILENT);
    publication.promote(first);
    assertThat(platform.aliases.get("load@champion"))
        .extracting(alias -> alias.getVersion())
        .isEqualTo("1.0.0");
    assertThatThrownBy(() -> publication.promote(second))
        .isInstanceOfSatisfying(
            TidewatchException.class, e -> assertThat(e.code()).isEqualTo(Status.Code.ABORTED));
    TrainingReport third = trainer.train(plan("naive", LOAD), TrainingProgress.SILENT);
    assertThat(third.championBefore()).isEqualTo(new AliasPlace("1.0.0", 1));
    publication.promote(third);
    assertThat(platform.aliases.get("load@champion"))
        .extracting(alias -> alias.getVersion())
        .isEqualTo("3.0.0");
  }

  @Test
  void progressGoesThroughAllStages() throws IOException {
    var stages = new ArrayList<String>();
    var fractions = new ArrayList<>(List.of(0.0));
    trainer.train(
        plan("seasonal-naive", LOAD),
        (stage, fraction) -> {
          assertThat(fraction).isBetween(fractions.getLast(), 1.0);
          fractions.add(fraction);
          if (stages.isEmpty() || !stages.getLast().equals(stage)) {
            stages.add(stage);
          }
        });
    assertThat(stages)
        .containsExactly(
            "read", "back-test", "compare", "choose", "calibrate", "upload", "register");
    assertThat(Map.copyOf(platform.runs.getFirst().getParametersMap()))
        .containsEntry("family", "seasonal-naive");
  }
}
