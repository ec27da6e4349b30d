package dev.tidewatch.cli;

import dev.tidewatch.models.ModelFamilies;
import dev.tidewatch.models.all.AllFamilies;
import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.bundle.Task;
import dev.tidewatch.models.training.TrainingProgress;
import dev.tidewatch.proto.registry.v1.ModelVersion;
import dev.tidewatch.proto.registry.v1.RoleKind;
import dev.tidewatch.proto.registry.v1.SeriesWindow;
import dev.tidewatch.sdk.FeedPosition;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.trainer.Backtester;
import dev.tidewatch.trainer.Champions;
import dev.tidewatch.trainer.Evaluation;
import dev.tidewatch.trainer.TrainingPlan;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Back-tests registered versions on the same origins. */
final class VersionsOnTrial {
  /** Of a model that learnt from more, so many are forecast. */
  private static final int SERIES_MAX = 50;

  private final Session session;
  private final ModelFamilies families = AllFamilies.create();

  VersionsOnTrial(Session session) {
    this.session = session;
  }

  /** What came out, by the version as it was typed. */
  record Outcome(
      Backtester.Prepared prepared,
      List<SeriesName> series,
      Map<String, Champions.VersionBacktest> backtests) {}

  /** The series that a version learnt from. */
  static List<SeriesName> learntFrom(ModelVersion version) {
    return version.getLineage().getTrainingList().stream()
        .filter(window -> !isCovariate(version, window))
        .map(SeriesWindow::getSeries)
        .distinct()
        .limit(SERIES_MAX)
        .map(SeriesName::new)
        .toList();
  }

  private static boolean isCovariate(ModelVersion version, SeriesWindow window) {
    return version.getSignature().getRolesList().stream()
        .anyMatch(role ->
            role.getKind() == RoleKind.ROLE_KIND_PAST_COVARIATE
                && role.getRole().equals(window.getRole()));
  }

  private static SortedMap<String, SeriesName> covariates(Iterable<ModelVersion> versions) {
    var covariates = new TreeMap<String, SeriesName>();
    for (ModelVersion version : versions) {
      version.getLineage().getTrainingList().stream()
          .filter(window -> isCovariate(version, window))
          .forEach(window -> covariates.put(window.getRole(), new SeriesName(window.getSeries())));
    }
    return covariates;
  }

  /** The state of the readings that a version learnt from; null where it is not known. */
  static @Nullable FeedPosition learntAsOf(ModelVersion version) {
    var windows = version.getLineage().getTrainingList();
    if (windows.isEmpty() || !windows.getFirst().hasAsOf()) {
      return null;
    }
    var token = windows.getFirst().getAsOf();
    return new FeedPosition(token.getEpoch(), token.getPosition());
  }

  /**
   * @param versions by how they were typed; the first decides grid and horizon
   * @param evaluation of a grid width
   * @throws UsageException if they cannot be back-tested together
   */
  Outcome run(
      Map<String, ModelVersion> versions,
      List<SeriesName> series,
      @Nullable FeedPosition asOf,
      Function<Duration, Evaluation> evaluation,
      TrainingProgress progress)
      throws IOException {
    if (series.isEmpty()) {
      throw new UsageException(
          "--series: the version does not say what it learnt from; name what to forecast");
    }
    var bundles = new LinkedHashMap<String, Bundle>();
    for (var version : versions.entrySet()) {
      Bundle bundle = Champions.bundle(session.tidewatch().registry(), version.getValue());
      if (bundle.manifest().task() != Task.FORECAST) {
        throw new UsageException(
            version.getKey() + ": detects; only forecasters are back-tested this way");
      }
      bundles.put(version.getKey(), bundle);
    }
    var first = bundles.values().iterator().next().manifest();
    int horizon =
        bundles.values().stream().mapToInt(b -> b.manifest().horizon()).min().orElseThrow();
    var plan =
        TrainingPlan.of("trial", first.family(), series, first.grid(), horizon)
            .asOf(asOf)
            .withCovariates(covariates(versions.values()))
            .evaluatedBy(evaluation.apply(first.grid().step()));
    var prepared =
        new Backtester(session.tidewatch(), families, session.clock()).prepare(plan, progress);
    var champions = new Champions(session.tidewatch().registry(), families);
    var backtests = new LinkedHashMap<String, Champions.VersionBacktest>();
    for (var version : versions.entrySet()) {
      Bundle bundle = bundles.get(version.getKey());
      if (bundle == null) {
        continue;
      }
      try {
        backtests.put(
            version.getKey(), champions.backtest(version.getValue(), bundle, prepared, progress));
      } catch (IllegalArgumentException e) {
        throw new UsageException(version.getKey() + ": " + e.getMessage());
      }
    }
    return new Outcome(prepared, series, backtests);
  }
}
