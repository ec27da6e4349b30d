package dev.tidewatch.monitor;

import dev.tidewatch.monitor.accuracy.AccuracyStore;
import dev.tidewatch.monitor.api.HealthScoreApi;
import dev.tidewatch.monitor.drift.DriftStore;
import dev.tidewatch.monitor.health.HealthScorer;
import dev.tidewatch.monitor.health.NewestDrift;
import dev.tidewatch.monitor.ingest.GrpcActivitySource;
import dev.tidewatch.monitor.registry.ModelCatalogue;
import dev.tidewatch.monitor.registry.ModelCatalogue.NamedVersion;
import dev.tidewatch.monitor.storage.PostgresHealthFigures;
import dev.tidewatch.monitor.storage.PostgresHealthStore;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.serverkit.errors.ServiceException;
import dev.tidewatch.serverkit.lifecycle.Rounds;
import io.grpc.Channel;
import java.time.InstantSource;
import java.util.Optional;

/** Scores of health: their making and their RPCs. */
final class HealthScoring implements AutoCloseable {
  private final PostgresHealthStore store;
  private final HealthScorer scorer;
  private final Rounds pruning;
  private final HealthScoreApi api;

  private HealthScoring(
      PostgresHealthStore store, HealthScorer scorer, Rounds pruning, HealthScoreApi api) {
    this.store = store;
    this.scorer = scorer;
    this.pruning = pruning;
    this.api = api;
  }

  /** Starts to make scores; the caller closes it. */
  static HealthScoring open(
      MonitorConfig config,
      Database database,
      Channel ingest,
      ModelCatalogue catalogue,
      AccuracyStore accuracy,
      DriftStore drift,
      InstantSource clock) {
    var store = new PostgresHealthStore(database);
    var scorer =
        new HealthScorer(
                new GrpcActivitySource(ingest, config.queryDeadline()),
                new PostgresHealthFigures(database, accuracy, config.feedShards()),
                () -> NewestDrift.read(drift),
                model -> champion(catalogue, model),
                store,
                clock,
                InstantSource.system(),
                config.healthInterval())
            .start();
    var pruning =
        Retention.begin("health-retention", store::prune, clock, config.healthRetention());
    return new HealthScoring(store, scorer, pruning, new HealthScoreApi(store, clock));
  }

  /** A registry that is away makes scores no worse: they do without. */
  private static Optional<NamedVersion> champion(ModelCatalogue catalogue, String model) {
    try {
      return catalogue.champion(model);
    } catch (ServiceException e) {
      return Optional.empty();
    }
  }

  PostgresHealthStore store() {
    return store;
  }

  HealthScoreApi api() {
    return api;
  }

  @Override
  public void close() {
    pruning.close();
    scorer.close();
  }
}
