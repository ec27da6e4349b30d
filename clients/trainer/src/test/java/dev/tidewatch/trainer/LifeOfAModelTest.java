package dev.tidewatch.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tidewatch.models.ModelFamilies;
import dev.tidewatch.models.all.AllFamilies;
import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.bundle.BundleLimits;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.training.ParameterSpace;
import dev.tidewatch.models.training.TrainingProgress;
import dev.tidewatch.proto.registry.v1.AttachEvidenceRequest;
import dev.tidewatch.proto.registry.v1.Evidence;
import dev.tidewatch.proto.registry.v1.Task;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.ReadingColumns;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.timeseries.Times;
import dev.tidewatch.trainer.tuning.Trial;
import dev.tidewatch.trainer.tuning.Tuning;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tuning, comparison with the champion, curves, and trainings that need not be repeated. */
class LifeOfAModelTest {
  private static final Grid HOURS = Grid.ofStep(Duration.ofHours(1));
  private static final SeriesName LOAD = new SeriesName("site/load");
  private static final Instant START = Instant.parse("2026-01-05T00:00:00Z");
  private static final Instant NOW = START.plus(Duration.ofDays(60));

  private final FakePlatform platform = new FakePlatform();
  private final Trainer trainer =
      new Trainer(platform.client(), ModelFamilies.core(), () -> NOW, "9.9.9");

  @BeforeEach
  void fill() {
    fill(40);
  }

  private void fill(int days) {
    var random = new SplittableRandom(1);
    var columns = ReadingColumns.builder();
    for (int hour = 0; hour < 24 * days; hour++) {
      double week = hour / 24 % 7 >= 5 ? -8 : 0;
      columns.add(
          Times.toMicros(START) + hour * Times.MICROS_PER_HOUR,
          50 + week + 10 * Math.sin(hour * Math.PI / 12) + random.nextGaussian());
    }
    platform.readings.put(LOAD.value(), columns.build());
  }

  @AfterEach
  void close() {
    platform.close();
  }

  private static TrainingPlan plan(String family, Map<String, String> parameters) {
    return TrainingPlan.of("load", family, List.of(LOAD), HOURS, 24)
        .withParameters(Parameters.of(parameters));
  }

  private TrainingReport train(TrainingPlan plan) throws IOException {
    return trainer.train(plan, TrainingProgress.SILENT);
  }

  private static TrainingPlan tuned(Tuning.Method method, int trials, long seed, int threads) {
    var spaces = new TreeMap<String, ParameterSpace>();
    spaces.put("seasons", ParameterSpace.parse("1|5|12|24|168"));
    return plan("seasonal-naive", Map.of("seasons", "5"))
        .tunedBy(new Tuning(method, trials, null, spaces, "mase", 0))
        .evaluatedBy(Evaluation.STANDARD.withThreads(threads))
        .withSeed(seed);
  }

  @Test
  void tuningFindsTheSeasonAndRecordsItsTrials() throws IOException {
    for (Tuning.Method method : Tuning.Method.values()) {
      TrainingReport report = train(tuned(method, 20, 3, 1));
      assertThat(report.parameters().text("seasons", "")).as("%s", method).isEqualTo("168");
      var tuning = Objects.requireNonNull(report.tuning());
      assertThat(tuning.loss()).isLessThan(tuning.givenLoss() / 2);
      assertThat(platform.versions.getLast().getTagsMap()).containsEntry("set.seasons", "168");
      assertThat(platform.runTags.get("tuned")).contains("168");
      assertThat(platform.points).containsKeys("trial.mase@0", "trial.set.seasons@3");
      assertThat(platform.runs.getLast().getParametersMap())
          .containsEntry("tuning", method.name().toLowerCase(java.util.Locale.ROOT))
          .containsEntry("tune_seasons", "1|5|12|24|168");
    }
    long small =
        Objects.requireNonNull(train(tuned(Tuning.Method.HALVING, 20, 3, 1)).tuning())
            .trials()
            .stream()
            .filter(trial -> trial.rung() == 0)
            .count();
    assertThat(small).as("all begin small").isEqualTo(20);
  }

  @Test
  void theSameSeedTriesTheSameOnAnyNumberOfThreads() throws IOException {
    for (Tuning.Method method : Tuning.Method.values()) {
      List<Trial> alone = trials(tuned(method, 12, 7, 1));
      assertThat(trials(tuned(method, 12, 7, 3))).isEqualTo(alone);
      assertThat(trials(tuned(method, 12, 8, 1))).isNotEqualTo(alone);
    }
    assertThat(train(tuned(Tuning.Method.RANDOM, 12, 7, 1)).sha256())
        .isEqualTo(train(tuned(Tuning.Method.RANDOM, 12, 7, 2)).sha256());
  }

  private List<Trial> trials(TrainingPlan plan) throws IOException {
    return Objects.requireNonNull(train(plan).tuning()).trials();
  }

  @Test
  void aSearchEndsWithItsPatienceOrItsBudget() throws IOException {
    TrainingPlan plan = tuned(Tuning.Method.RANDOM, 40, 3, 1);
    Tuning tuning = Objects.requireNonNull(plan.tuning());
    var patient = new Tuning(tuning.method(), 40, null, tuning.spaces(), tuning.metric(), 6);
    assertThat(trials(plan.tunedBy(patient))).hasSizeBetween(6, 30);
    var hasty =
        new Tuning(tuning.method(), 100, Duration.ofNanos(1), tuning.spaces(), tuning.metric(), 0);
    assertThat(trials(plan.tunedBy(hasty))).hasSize(1);
    List<Trial> all = trials(plan);
    assertThat(all).hasSize(40);
    assertThat(all).anyMatch(trial -> trial.end() == Trial.End.PRUNED);
    assertThat(all.getFirst().end()).isEqualTo(Trial.End.COMPLETE);
  }

  @Test
  void whatCannotBeTunedIsSaid() {
    assertThatThrownBy(() -> train(plan("naive", Map.of()).tunedBy(Tuning.random(5))))
        .hasMessageContaining("declares nothing to tune");
    assertThatThrownBy(() -> train(plan("zscore", Map.of()).tunedBy(Tuning.random(5))))
        .hasMessageContaining("choose another name");
    assertThat(platform.versions).isEmpty();
  }

  @Test
  void theSearchDoesNotSeeThePartThatJudges() throws IOException {
    List<Trial> before = trials(tuned(Tuning.Method.RANDOM, 6, 3, 1));
    ReadingColumns columns = Objects.requireNonNull(platform.readings.get(LOAD.value()));
    var other = ReadingColumns.builder();
    int test = columns.size() / 5;
    for (int row = 0; row < columns.size(); row++) {
      boolean judged = row >= columns.size() - test;
      other.add(columns.timeMicros(row), judged ? 1e6 * row : columns.value(row));
    }
    platform.readings.put(LOAD.value(), other.build());
    assertThat(trials(tuned(Tuning.Method.RANDOM, 6, 3, 1))).isEqualTo(before);
  }

  @Test
  void aChampionIsComparedOnTheSameOrigins() throws IOException {
    var publication = new Publication(platform.client().registry());
    TrainingReport poor = train(plan("naive", Map.of()));
    assertThat(poor.comparison()).isNull();
    assertThat(poor.isNotWorse()).isTrue();
    publication.promote(poor);

    TrainingReport good = train(plan("seasonal-naive", Map.of("seasons", "168")));
    ChampionComparison better = Objects.requireNonNull(good.comparison());
    assertThat(better.verdict()).isEqualTo(ChampionComparison.Verdict.BETTER);
    assertThat(better.mode()).isEqualTo(ChampionComparison.Mode.REFITTED);
    assertThat(better.version()).isEqualTo("1.0.0");
    assertThat(better.championLoss()).isCloseTo(poor.metrics().get("mase"), within(1e-9));
    assertThat(better.text()).contains("better", "champion 1.0.0");
    assertThat(platform.versions.getLast().getMetricsMap())
        .containsKeys("champion_comparison.p_better", "champion_comparison.champion_loss");
    assertThat(platform.runTags.get("champion_comparison")).isEqualTo(better.text());
    assertEvidence(good, better);
    publication.promote(good);

    TrainingReport worse = train(plan("seasonal-naive", Map.of("seasons", "5")));
    assertThat(Objects.requireNonNull(worse.comparison()).verdict())
        .isEqualTo(ChampionComparison.Verdict.WORSE);
    assertThat(worse.isNotWorse()).isFalse();

    TrainingReport same = train(plan("seasonal-naive", Map.of("seasons", "168")));
    assertThat(Objects.requireNonNull(same.comparison()).verdict())
        .isEqualTo(ChampionComparison.Verdict.NO_DIFFERENCE);
    assertThat(same.sha256()).as("the comparison is not in the bundle").isEqualTo(good.sha256());
  }

  private void assertEvidence(TrainingReport report, ChampionComparison comparison) {
    var attached =
        platform.evidence.stream()
            .filter(request -> request.getVersion().equals(report.version()))
            .toList();
    assertThat(attached)
        .allSatisfy(request -> {
          assertThat(request.getEvidence().getArtifactSha256()).isEqualTo(report.sha256());
          assertThat(request.getEvidence().getDataFingerprint())
              .isEqualTo(platform.versions.getLast().getLineage().getDataFingerprint());
        })
        .extracting(request -> request.getEvidence().getFindingCase())
        .containsExactlyInAnyOrder(
            Evidence.FindingCase.DATA,
            Evidence.FindingCase.COVERAGE,
            Evidence.FindingCase.COVERAGE,
            Evidence.FindingCase.COVERAGE,
            Evidence.FindingCase.COVERAGE,
            Evidence.FindingCase.PAIRED_ERRORS);
    assertThat(attached).extracting(AttachEvidenceRequest::getRequestId).doesNotHaveDuplicates();
    var paired = attached.getLast().getEvidence().getPairedErrors();
    assertThat(paired.getOther().getVersion()).isEqualTo("1.0.0");
    assertThat(paired.getOriginsMicrosList())
        .isSorted()
        .doesNotHaveDuplicates()
        .hasSize(comparison.origins());
    assertThat(
            paired.getOtherErrorsList().stream()
                .mapToDouble(error -> error)
                .average()
                .orElseThrow())
        .isCloseTo(comparison.championLoss(), within(1e-9));
    double coverage =
        attached.stream()
            .map(request -> request.getEvidence().getCoverage())
            .filter(one -> one.getNominal() == .8)
            .findFirst()
            .orElseThrow()
            .getObserved();
    assertThat(coverage)
        .isCloseTo(Objects.requireNonNull(report.metrics().get("coverage_80")), within(1e-9));
    assertThat(attached.getFirst().getEvidence().getData().getRows()).isPositive();
  }

  @Test
  void aChampionThatSawNothingOfTheTestIsComparedAsItServes() throws IOException {
    fill(30);
    var publication = new Publication(platform.client().registry());
    publication.promote(train(plan("seasonal-naive", Map.of("seasons", "24"))));
    fill(50);
    TrainingReport report = train(plan("seasonal-naive", Map.of("seasons", "168")));
    ChampionComparison comparison = Objects.requireNonNull(report.comparison());
    assertThat(comparison.mode()).isEqualTo(ChampionComparison.Mode.AS_SERVED);
    assertThat(comparison.verdict()).isEqualTo(ChampionComparison.Verdict.BETTER);
    var other = plan("seasonal-naive", Map.of()).onGrid(Grid.ofStep(Duration.ofHours(2)), 12);
    assertThat(Objects.requireNonNull(train(other).comparison()))
        .satisfies(c -> assertThat(c.verdict()).isEqualTo(ChampionComparison.Verdict.UNKNOWN))
        .satisfies(c -> assertThat(c.text()).contains("its grid is PT1H"));
  }

  @Test
  void foldsAreCurvesOfTheRun() throws IOException {
    TrainingReport report = train(plan("seasonal-naive", Map.of()));
    assertThat(platform.points).containsKeys("fold.mae@0", "fold.mae@3", "fold.coverage_90@2");
    assertThat(platform.points.get("mae@0")).isEqualTo(report.metrics().get("mae"));
    assertThat(platform.runTags).containsKeys("data_fingerprint").containsEntry("as_of", "3:77");
  }

  @Test
  void whatIsDoneAlreadyIsNotDoneAgain() throws IOException {
    TrainingPlan plan = plan("seasonal-naive", Map.of());
    TrainingReport first = trainer.trainUnlessDone(plan, TrainingProgress.SILENT);
    assertThat(first.isNew()).isTrue();
    TrainingReport second = trainer.trainUnlessDone(plan, TrainingProgress.SILENT);
    assertThat(second.isNew()).isFalse();
    assertThat(second.version()).isEqualTo(first.version());
    assertThat(second.runId()).isEqualTo(first.runId());
    assertThat(second.metrics()).isEqualTo(first.metrics());
    assertThat(platform.runs).hasSize(1);
    assertThat(trainer.trainUnlessDone(plan.withSeed(2), TrainingProgress.SILENT).isNew()).isTrue();
    fill(41);
    assertThat(trainer.trainUnlessDone(plan, TrainingProgress.SILENT).isNew()).isTrue();
  }

  @Test
  void covariatesAreReadRecordedAndRefusedWhereNobodyReadsThem() throws IOException {
    var air = new SeriesName("site/air");
    ReadingColumns load = Objects.requireNonNull(platform.readings.get(LOAD.value()));
    var columns = ReadingColumns.builder();
    for (int row = 0; row < load.size(); row++) {
      columns.add(load.timeMicros(row), 20 + load.value((row + 5) % load.size()) / 10);
    }
    platform.readings.put(air.value(), columns.build());
    var roles = new TreeMap<String, SeriesName>();
    roles.put("temperature", air);
    var all = new Trainer(platform.client(), AllFamilies.create(), () -> NOW, "9.9.9");
    TrainingPlan plan =
        TrainingPlan.of("load", "boosted-trees", List.of(LOAD), HOURS, 6)
            .withParameters(Parameters.of(Map.of("trees_max", "20", "rows_max", "1000")))
            .evaluatedBy(new Evaluation(1, 48, 24, 0, 0, 1));
    TrainingReport without = all.train(plan, TrainingProgress.SILENT);
    TrainingReport with = all.train(plan.withCovariates(roles), TrainingProgress.SILENT);
    assertThat(with.sha256()).isNotEqualTo(without.sha256());
    var version = platform.versions.getLast();
    assertThat(version.getSignature().getRolesList())
        .extracting(role -> role.getRole() + " " + role.getKind())
        .containsExactly("target ROLE_KIND_TARGET", "temperature ROLE_KIND_PAST_COVARIATE");
    assertThat(version.getLineage().getTrainingList())
        .extracting(window -> window.getRole() + " " + window.getSeries())
        .containsExactly("target site/load", "temperature site/air");
    assertThat(version.getLineage().getDataFingerprint())
        .isNotEqualTo(platform.versions.getFirst().getLineage().getDataFingerprint());
    assertThat(version.getLineage().getFeatureRecipeJson()).contains("temperature");
    assertThat(platform.runs.getLast().getParametersMap())
        .containsEntry("covariate_temperature", "site/air");
    assertThatThrownBy(() -> train(plan("naive", Map.of()).withCovariates(roles)))
        .hasMessageContaining("naive reads none");
  }

  @Test
  void severalSeriesTrainOneDetectorThatIsAssignedWithItsInputs() throws IOException {
    platform.readings.put("site/Pressure-1", noise(3));
    platform.readings.put("other/load", noise(4));
    platform.readings.put("site/aa", noise(5));
    platform.readings.put("z/aa", noise(6));
    TrainingPlan plan =
        TrainingPlan.of(
            "pump",
            "multivariate-level",
            List.of(
                LOAD,
                new SeriesName("site/Pressure-1"),
                new SeriesName("other/load"),
                new SeriesName("site/aa"),
                new SeriesName("z/aa")),
            HOURS,
            1);
    TrainingReport report = trainer.train(plan, TrainingProgress.SILENT);
    // In the order of names; a role is the last segment, or all of a name whose segment is taken.
    assertThat(report.series()).containsExactly(new SeriesName("other/load"));
    assertThat(report.covariates())
        .containsOnly(
            Map.entry("load", LOAD),
            Map.entry("pressure_1", new SeriesName("site/Pressure-1")),
            Map.entry("aa", new SeriesName("site/aa")),
            Map.entry("z_aa", new SeriesName("z/aa")));
    Bundle uploaded = Bundle.read(platform.uploads.getLast(), BundleLimits.DEFAULT);
    assertThat(uploaded.manifest().roles())
        .extracting(role -> role.name() + " " + role.kind())
        .containsExactly(
            "target TARGET",
            "aa COVARIATE",
            "load COVARIATE",
            "pressure_1 COVARIATE",
            "z_aa COVARIATE");
    var version = platform.versions.getLast();
    assertThat(platform.models.values())
        .singleElement()
        .satisfies(m -> assertThat(m.getTask()).isEqualTo(Task.TASK_DETECT));
    assertThat(version.getLineage().getTrainingList())
        .extracting(window -> window.getRole() + " " + window.getSeries())
        .containsExactly(
            "target other/load",
            "aa site/aa",
            "load site/load",
            "pressure_1 site/Pressure-1",
            "z_aa z/aa");
    // The same roles by hand are the same bundle.
    var roles = new TreeMap<String, SeriesName>(report.covariates());
    assertThat(
            trainer
                .train(
                    plan.over("pump", report.series()).withCovariates(roles),
                    TrainingProgress.SILENT)
                .sha256())
        .isEqualTo(report.sha256());
    assertThatThrownBy(
            () -> trainer.train(plan.over("pump", List.of(LOAD)), TrainingProgress.SILENT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 to 65 aligned series, and 1 is given");
  }

  private static ReadingColumns noise(long seed) {
    var random = new SplittableRandom(seed);
    var columns = ReadingColumns.builder();
    for (int hour = 0; hour < 24 * 20; hour++) {
      columns.add(
          Times.toMicros(START) + hour * Times.MICROS_PER_HOUR, 5 * seed + random.nextGaussian());
    }
    return columns.build();
  }
}
