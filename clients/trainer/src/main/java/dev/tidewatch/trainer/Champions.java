package dev.tidewatch.trainer;

import dev.tidewatch.models.ModelFamilies;
import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.bundle.BundleException;
import dev.tidewatch.models.bundle.BundleLimits;
import dev.tidewatch.models.bundle.BundleManifest;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.bundle.Role;
import dev.tidewatch.models.bundle.Task;
import dev.tidewatch.models.forecast.Backtest;
import dev.tidewatch.models.forecast.BacktestReport;
import dev.tidewatch.models.forecast.FoldListener;
import dev.tidewatch.models.forecast.ForecastFamily;
import dev.tidewatch.models.forecast.ForecastTraining;
import dev.tidewatch.models.forecast.PairedBacktests;
import dev.tidewatch.models.training.InsufficientHistoryException;
import dev.tidewatch.models.training.TrainingProgress;
import dev.tidewatch.proto.registry.v1.ModelVersion;
import dev.tidewatch.sdk.RegistryClient;
import dev.tidewatch.sdk.TidewatchException;
import dev.tidewatch.sdk.TransferProgress;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;

/** Fetches registered versions and compares with them. */
public final class Champions {
  /** Tag of versions that were trained by {@link Trainer}. */
  public static final String RECIPE_TAG = Recipe.TAG;

  /** Tags of a version that hold the settings that its training was given. */
  static final String SETTING_TAG = "set.";

  private final RegistryClient registry;
  private final ModelFamilies families;

  public Champions(RegistryClient registry, ModelFamilies families) {
    this.registry = registry;
    this.families = families;
  }

  /**
   * Downloads and verifies the bundle of a version.
   *
   * @throws BundleException if it is no sound bundle
   */
  public static Bundle bundle(RegistryClient registry, ModelVersion version) throws IOException {
    Path folder = Files.createTempDirectory("tidewatch-");
    Path file = folder.resolve("bundle");
    try {
      registry
          .artifacts()
          .download(version.getArtifact().getSha256(), file, TransferProgress.SILENT);
      return Bundle.read(file, BundleLimits.DEFAULT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      var cancelled = new CancellationException("interrupted during download");
      cancelled.initCause(e);
      throw cancelled;
    } finally {
      delete(folder);
    }
  }

  /** Also what a download that was broken off has left to go on from. */
  private static void delete(Path folder) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  /** The settings that a version's training was given, tuned ones included. */
  public static Parameters settings(ModelVersion version) {
    var settings = new TreeMap<String, String>();
    version
        .getTagsMap()
        .forEach((name, value) -> {
          if (name.startsWith(SETTING_TAG)) {
            settings.put(name.substring(SETTING_TAG.length()), value);
          }
        });
    return Parameters.of(settings);
  }

  /**
   * Compares a candidate's back-test with a version on the same origins. Nothing about the version
   * makes it fail; what stands against a comparison is told.
   */
  ChampionComparison compare(
      String model,
      String version,
      Backtester.Prepared prepared,
      BacktestReport candidate,
      TrainingProgress progress) {
    try {
      ModelVersion champion = registry.getVersion(model, version);
      Bundle bundle = bundle(registry, champion);
      return compare(champion, bundle, prepared, candidate, progress);
    } catch (IOException | TidewatchException | BundleException e) {
      return ChampionComparison.impossible(version, String.valueOf(e.getMessage()));
    }
  }

  private ChampionComparison compare(
      ModelVersion champion,
      Bundle bundle,
      Backtester.Prepared prepared,
      BacktestReport candidate,
      TrainingProgress progress) {
    String version = champion.getVersion();
    VersionBacktest other;
    try {
      other = backtest(champion, bundle, prepared, progress);
    } catch (InsufficientHistoryException | IllegalArgumentException e) {
      return ChampionComparison.impossible(version, String.valueOf(e.getMessage()));
    }
    PairedBacktests paired =
        PairedBacktests.of(candidate, other.report(), prepared.training(), prepared.plan());
    if (paired.pairs().isEmpty()) {
      return ChampionComparison.impossible(version, "no origin is common to both");
    }
    return new ChampionComparison(
        version,
        other.mode(),
        paired.firstLoss(),
        paired.secondLoss(),
        paired.pairs().size(),
        paired.test().orElse(null),
        paired.pairs(),
        "");
  }

  /**
   * A version's forecasts from given origins.
   *
   * @param mode how it got them
   */
  public record VersionBacktest(ChampionComparison.Mode mode, BacktestReport report) {}

  /**
   * Back-tests a version: as it serves if it was trained on nothing of the part that is tested,
   * else by its family and settings, fitted anew for each fold.
   *
   * @param bundle of the version
   * @throws IllegalArgumentException if it cannot forecast these series on this grid
   * @throws InsufficientHistoryException if the history is too short
   */
  public VersionBacktest backtest(
      ModelVersion version,
      Bundle bundle,
      Backtester.Prepared prepared,
      TrainingProgress progress) {
    BundleManifest manifest = bundle.manifest();
    if (manifest.task() != Task.FORECAST || !takes(manifest, prepared.training())) {
      throw new IllegalArgumentException("it takes other inputs");
    }
    if (!manifest.grid().equals(prepared.training().grid())) {
      throw new IllegalArgumentException("its grid is " + manifest.grid().step());
    }
    var told = prepared.told(progress);
    long testStart = Backtest.testStart(prepared.training(), prepared.plan());
    if (manifest.trainingWindow().endMicros() <= manifest.grid().startMicros(testStart)) {
      return new VersionBacktest(
          ChampionComparison.Mode.AS_SERVED,
          Backtest.replay(families.loadForecaster(bundle), told.training(), prepared.plan()));
    }
    ForecastFamily family =
        families
            .forecastFamily(manifest.family())
            .orElseThrow(() ->
                new IllegalArgumentException("there is no family " + manifest.family() + " here"));
    return new VersionBacktest(
        ChampionComparison.Mode.REFITTED,
        Backtest.run(
            family,
            told.training().with(settings(version)),
            prepared.plan(),
            prepared.threads(),
            FoldListener.NONE));
  }

  /** Whether there is a covariate for each role that a model has beside its target. */
  private static boolean takes(BundleManifest manifest, ForecastTraining training) {
    var roles = new TreeSet<String>();
    training.covariates().values().forEach(own -> roles.addAll(own.keySet()));
    return manifest.roles().stream()
        .filter(role -> role.kind() == Role.Kind.COVARIATE)
        .allMatch(role -> roles.contains(role.name()));
  }
}
