package dev.tidewatch.monitor;

import dev.tidewatch.monitor.analytics.Analytics;
import dev.tidewatch.monitor.analytics.RecordedForecasts;
import dev.tidewatch.monitor.anomaly.AnomalyTail;
import dev.tidewatch.monitor.api.AccuracyApi;
import dev.tidewatch.monitor.api.AlertApi;
import dev.tidewatch.monitor.api.AnalyticsApi;
import dev.tidewatch.monitor.api.AnomalyApi;
import dev.tidewatch.monitor.api.DriftApi;
import dev.tidewatch.monitor.api.LedgerApi;
import dev.tidewatch.monitor.api.MonitorMetrics;
import dev.tidewatch.monitor.api.RecordSpans;
import dev.tidewatch.monitor.api.TuningApi;
import dev.tidewatch.monitor.drift.Drift;
import dev.tidewatch.monitor.ingest.GrpcFeedSource;
import dev.tidewatch.monitor.ingest.GrpcMeasuredSeries;
import dev.tidewatch.monitor.ingest.GrpcReadingSource;
import dev.tidewatch.monitor.registry.GrpcModelCatalogue;
import dev.tidewatch.monitor.storage.PostgresAccuracyStore;
import dev.tidewatch.monitor.storage.PostgresActualStore;
import dev.tidewatch.monitor.storage.PostgresAnomalyStatistics;
import dev.tidewatch.monitor.storage.PostgresAnomalyStore;
import dev.tidewatch.monitor.storage.PostgresComparisonStore;
import dev.tidewatch.monitor.storage.PostgresCoverageSource;
import dev.tidewatch.monitor.storage.PostgresDeviceRecords;
import dev.tidewatch.monitor.storage.PostgresDriftStore;
import dev.tidewatch.monitor.storage.PostgresHealthStore;
import dev.tidewatch.monitor.storage.PostgresLedgerStore;
import dev.tidewatch.monitor.storage.PostgresResidualStore;
import dev.tidewatch.monitor.storage.PostgresRetrainStore;
import dev.tidewatch.monitor.storage.PostgresSuppressionStore;
import dev.tidewatch.monitor.storage.PostgresTrialStore;
import dev.tidewatch.monitor.storage.PostgresTuningStore;
import dev.tidewatch.monitor.storage.RetrainedCandidates;
import dev.tidewatch.monitor.truth.ActualJoiner;
import dev.tidewatch.monitor.truth.JoinLimits;
import dev.tidewatch.monitor.truth.JoinWatcher;
import dev.tidewatch.monitor.tuning.TuningKeeper;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.serverkit.grpc.GrpcChannel;
import dev.tidewatch.serverkit.grpc.GrpcServer;
import dev.tidewatch.serverkit.lifecycle.CloseStack;
import dev.tidewatch.serverkit.telemetry.Telemetry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;

/** The monitor server, wired by hand: opened top to bottom, closed bottom to top. */
public final class MonitorServer implements AutoCloseable {
  private final CloseStack opened;
  private final GrpcServer grpc;

  private MonitorServer(CloseStack opened, GrpcServer grpc) {
    this.opened = opened;
    this.grpc = grpc;
  }

  /**
   * Starts the server. The ingest server may come later: until it is there, no actuals are taken.
   *
   * @param clock domain time
   */
  public static MonitorServer launch(MonitorConfig config, InstantSource clock) {
    var opened = new CloseStack();
    try {
      return launch(
          config, clock, opened.push(Telemetry.open(config.telemetry(), "monitor")), opened);
    } catch (Throwable e) {
      opened.closeAfter(e); // a half-started server leaves nothing behind
      throw e;
    }
  }

  /**
   * Starts the server with telemetry that the caller opened and will close.
   *
   * @param clock domain time
   */
  public static MonitorServer launch(
      MonitorConfig config, InstantSource clock, Telemetry telemetry) {
    var opened = new CloseStack();
    try {
      return launch(config, clock, telemetry, opened);
    } catch (Throwable e) {
      opened.closeAfter(e);
      throw e;
    }
  }

  private static MonitorServer launch(
      MonitorConfig config, InstantSource clock, Telemetry telemetry, CloseStack opened) {
    var database = opened.push(Database.open(config.database(), "monitor", telemetry));
    database.migrate("db/migration/monitor");
    var ingest = opened.push(GrpcChannel.open(config.ingest(), telemetry));
    var registry = opened.push(GrpcChannel.open(config.registry(), telemetry)).channel();

    var metrics = new MonitorMetrics(telemetry.meter());
    var spans = new RecordSpans(telemetry.tracer());
    var ledger = new PostgresLedgerStore(database, config.feedShards());
    var upkeep = opened.push(LedgerUpkeep.open(database, clock, config.ledger()));
    var anomalies = new PostgresAnomalyStore(database, config.feedShards());
    var accuracy = new PostgresAccuracyStore(database);
    var tunings = new PostgresTuningStore(database, config.feedShards());
    var tail = opened.push(new AnomalyTail(anomalies, config.watchInterval()).start());
    opened.push(
        new TuningKeeper(
                tunings, new PostgresCoverageSource(database), clock, config.tuningInterval())
            .start());
    var readings = new GrpcReadingSource(ingest.channel(), config.queryDeadline());
    var residuals = new PostgresResidualStore(database);
    var drift =
        opened.push(
            Drift.open(
                new PostgresDriftStore(database, config.feedShards()),
                residuals,
                readings,
                clock,
                config.drift()));
    var alerting =
        Alerting.open(
            config,
            database,
            ingest.channel(),
            registry,
            anomalies,
            tail,
            accuracy,
            drift.store(),
            clock,
            telemetry,
            opened);
    var delivering = Delivering.open(config, database, alerting, clock, telemetry, opened);
    var joiner =
        opened.push(
            new ActualJoiner(
                    UUID.randomUUID().toString(),
                    new GrpcFeedSource(ingest.channel(), config.queryDeadline()),
                    readings,
                    new PostgresActualStore(database, config.feedShards()),
                    clock,
                    InstantSource.system(),
                    limits(config),
                    JoinWatcher.all(metrics, drift.joinWatcher()))
                .start());
    var retraining =
        opened.push(
            Retraining.open(
                new PostgresRetrainStore(database),
                accuracy,
                drift::strong,
                new GrpcModelCatalogue(registry, config.queryDeadline()),
                new PostgresTrialStore(database)::hasOpen,
                clock,
                config.retrainInterval(),
                telemetry.tracer()));
    var comparisons = new PostgresComparisonStore(database);
    var promoting =
        opened.push(
            Promoting.open(
                database,
                registry,
                new RetrainedCandidates(database),
                comparisons,
                accuracy,
                config.trialInterval(),
                clock,
                telemetry));
    var analytics =
        new Analytics(
            new GrpcMeasuredSeries(ingest.channel(), config.queryDeadline()),
            RecordedForecasts.in(ledger),
            new PostgresDeviceRecords(database, new PostgresHealthStore(database)),
            clock);
    var health =
        opened.push(
            HealthScoring.open(
                config,
                database,
                ingest.channel(),
                new GrpcModelCatalogue(registry, config.queryDeadline()),
                accuracy,
                drift.store(),
                clock));
    var builder =
        GrpcServer.builder(config.grpc(), config.security(), telemetry)
            // A fault of one record rejects that record alone, so these are checked one by one.
            .unvalidated("tidewatch.monitor.v1.RecordPredictionsRequest")
            .unvalidated("tidewatch.monitor.v1.ReportAnomaliesRequest")
            .onDrain(tail::close)
            .onDrain(retraining::drain)
            .service(retraining.api())
            .onDrain(alerting.tail()::close)
            .service(
                new LedgerApi(
                    ledger,
                    clock,
                    spans,
                    metrics,
                    joiner::feedHead,
                    metrics::joinsSinceStart,
                    upkeep::originMin))
            .service(new AccuracyApi(accuracy, comparisons, residuals, clock))
            .service(promoting.api())
            .service(health.api())
            .service(new DriftApi(drift, accuracy, clock))
            .service(
                new AnomalyApi(
                    anomalies,
                    new PostgresAnomalyStatistics(database),
                    new PostgresSuppressionStore(database),
                    tail,
                    clock,
                    spans,
                    metrics,
                    config.watchersMax()))
            .service(
                new TuningApi(
                    tunings, clock, config.watchInterval(), tail::isClosed, config.watchersMax()))
            .service(
                new AlertApi(
                    alerting.rules(),
                    alerting.alerts(),
                    alerting.silences(),
                    alerting.tail(),
                    delivering.api(),
                    clock,
                    config.watchersMax()));
    builder.service(new AnalyticsApi(analytics, config.analyticsMax()));
    return new MonitorServer(opened, opened.push(builder.start()));
  }

  private static JoinLimits limits(MonitorConfig config) {
    return new JoinLimits(
        config.joinInterval(),
        Duration.ofSeconds(1),
        config.leaseTerm(),
        config.joinBatch(),
        Duration.ofMillis(100),
        Duration.ofSeconds(5));
  }

  /** The port it listens on; -1 in process. */
  public int port() {
    return grpc.port();
  }

  /** What a channel of this machine takes to reach it. */
  public String target() {
    return grpc.target();
  }

  @Override
  public void close() {
    opened.close();
  }
}
