package dev.tidewatch.inference;

import dev.tidewatch.inference.api.DetectionApi;
import dev.tidewatch.inference.api.ForecastApi;
import dev.tidewatch.inference.api.RouteHeaders;
import dev.tidewatch.inference.api.ServedModelApi;
import dev.tidewatch.inference.batching.InferenceScheduler;
import dev.tidewatch.inference.batching.QueueSizes;
import dev.tidewatch.inference.clients.IngestCatalog;
import dev.tidewatch.inference.clients.IngestFeed;
import dev.tidewatch.inference.clients.IngestHistory;
import dev.tidewatch.inference.clients.MonitorAnomalyLog;
import dev.tidewatch.inference.clients.PredictionSender;
import dev.tidewatch.inference.clients.RegistryArtifacts;
import dev.tidewatch.inference.clients.RegistryPendingVersions;
import dev.tidewatch.inference.clients.RegistryWatch;
import dev.tidewatch.inference.clients.SpooledLedger;
import dev.tidewatch.inference.clients.TuningWatch;
import dev.tidewatch.inference.detection.DetectionMetrics;
import dev.tidewatch.inference.detection.DetectorStarter;
import dev.tidewatch.inference.detection.FeedDetection;
import dev.tidewatch.inference.detection.FeedDetectionSettings;
import dev.tidewatch.inference.detection.FreshDetectors;
import dev.tidewatch.inference.detection.GroupRows;
import dev.tidewatch.inference.forecast.Explaining;
import dev.tidewatch.inference.forecast.ForecastCache;
import dev.tidewatch.inference.forecast.ForecastMetrics;
import dev.tidewatch.inference.forecast.Forecasting;
import dev.tidewatch.inference.forecast.ShadowDifferences;
import dev.tidewatch.inference.forecast.Shadowing;
import dev.tidewatch.inference.forecast.StandingForecasts;
import dev.tidewatch.inference.history.StoredWindows;
import dev.tidewatch.inference.history.WindowFeed;
import dev.tidewatch.inference.history.WindowMemory;
import dev.tidewatch.inference.history.WindowMetrics;
import dev.tidewatch.inference.oip.ForecastInference;
import dev.tidewatch.inference.oip.OpenInference;
import dev.tidewatch.inference.registry.RegistryMirror;
import dev.tidewatch.inference.serving.ModelMetrics;
import dev.tidewatch.inference.serving.ModelRouter;
import dev.tidewatch.inference.serving.Residency;
import dev.tidewatch.inference.serving.ResidencySettings;
import dev.tidewatch.inference.spool.PredictionSpool;
import dev.tidewatch.inference.spool.SpoolLimits;
import dev.tidewatch.inference.spool.SpoolMetrics;
import dev.tidewatch.inference.storage.PostgresShardStore;
import dev.tidewatch.inference.tracing.Spans;
import dev.tidewatch.inference.trial.VersionTrials;
import dev.tidewatch.inference.tuning.TuningMirror;
import dev.tidewatch.models.all.AllEngines;
import dev.tidewatch.models.all.AllFamilies;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.serverkit.grpc.GrpcChannel;
import dev.tidewatch.serverkit.grpc.GrpcServer;
import dev.tidewatch.serverkit.lifecycle.CloseStack;
import dev.tidewatch.serverkit.lifecycle.Pace;
import dev.tidewatch.serverkit.lifecycle.Rounds;
import dev.tidewatch.serverkit.telemetry.Telemetry;
import java.time.InstantSource;

/** The inference server, wired by hand: opened top to bottom, closed bottom to top. */
public final class InferenceServer implements AutoCloseable {
  /** Heap of a detector that has seen much, about. */
  private static final int DETECTOR_BYTES = 20_000;

  public static final String SCHEMA = "inference";
  public static final String MIGRATIONS = "db/migration/inference";

  private static final String VERSION = "0.1.0";
  private static final String FEED_CONSUMER = "inference-detection";

  private final CloseStack opened;
  private final GrpcServer grpc;

  private InferenceServer(CloseStack opened, GrpcServer grpc) {
    this.opened = opened;
    this.grpc = grpc;
  }

  /**
   * Starts the server; the caller closes it. It answers at once, and refuses with MODEL_NOT_READY
   * until the registry was heard.
   *
   * @param clock domain time: origins, what counts as known, when forecasts are due
   */
  public static InferenceServer launch(InferenceConfig config, InstantSource clock) {
    var opened = new CloseStack();
    try {
      var telemetry = opened.push(Telemetry.open(config.telemetry(), SCHEMA));
      return launch(config, clock, telemetry, opened);
    } catch (Throwable e) {
      opened.closeAfter(e);
      throw e;
    }
  }

  /**
   * As {@link #launch(InferenceConfig, InstantSource)}, recording to the caller's telemetry, which
   * stays open.
   */
  public static InferenceServer launch(
      InferenceConfig config, InstantSource clock, Telemetry telemetry) {
    var opened = new CloseStack();
    try {
      return launch(config, clock, telemetry, opened);
    } catch (Throwable e) {
      opened.closeAfter(e);
      throw e;
    }
  }

  private static InferenceServer launch(
      InferenceConfig config, InstantSource clock, Telemetry telemetry, CloseStack opened) {
    var realClock = InstantSource.system();
    var spans = new Spans(telemetry.tracer());
    var database = opened.push(Database.open(config.database(), SCHEMA, telemetry));
    database.migrate(MIGRATIONS);
    var spool =
        opened.push(
            PredictionSpool.open(
                config.dataFolder().resolve("spool"),
                SpoolLimits.ofSize(config.spoolSize().bytes())));
    SpoolMetrics.register(spool, telemetry.meter());
    var ingest = opened.push(GrpcChannel.open(config.ingest(), telemetry)).channel();
    var registry = opened.push(GrpcChannel.open(config.registry(), telemetry)).channel();
    var monitor = opened.push(GrpcChannel.open(config.monitor(), telemetry)).channel();

    var mirror = new RegistryMirror();
    var tunings = new TuningMirror();
    var scheduler =
        opened.push(InferenceScheduler.open(Runtime.getRuntime().availableProcessors()));
    var residency =
        opened.push(
            Residency.open(
                new ResidencySettings(
                    config.dataFolder().resolve("bundles"),
                    config.bundleSize().bytes(),
                    config.bundleCacheSize().bytes(),
                    config.modelMemory().bytes(),
                    config.modelLoads(),
                    config.modelLoadLimit(),
                    config.modelWarmUpLimit(),
                    config.modelTrials(),
                    config.trustedKeys(),
                    QueueSizes.parse(config.modelQueueRows(), config.modelQueues())),
                new RegistryArtifacts(registry, config.callTimeout().multipliedBy(10)),
                AllFamilies.create(),
                AllEngines.create(),
                scheduler,
                realClock));
    ModelMetrics.register(residency, telemetry.meter());
    mirror.follow(residency::follow);
    var history = new IngestHistory(ingest, config.callTimeout());
    var catalog = new IngestCatalog(ingest, config.callTimeout());
    var router = new ModelRouter(residency, catalog, config.loadWait());
    var memory = new WindowMemory(history, config.windowMemory().bytes());
    WindowMetrics.register(memory, telemetry.meter());
    var windows = new StoredWindows(history, memory, clock, config.callTimeout());
    var forecastMetrics = new ForecastMetrics(telemetry.meter());
    var differences = new ShadowDifferences();
    var shadowing = opened.push(Shadowing.start(forecastMetrics));
    var forecasting =
        new Forecasting(
            router,
            windows,
            tunings,
            new ForecastCache(config.forecastCache().bytes()),
            new SpooledLedger(spool),
            shadowing,
            differences,
            clock,
            spans,
            forecastMetrics);
    var standing =
        new StandingForecasts(
            mirror::state,
            router,
            windows,
            catalog,
            forecasting,
            spans,
            config.standingSeriesMax());
    var starter = new DetectorStarter(history);
    var rows = new GroupRows(history);
    var detectors = new FreshDetectors(starter);
    var detectionMetrics = new DetectionMetrics(telemetry.meter());
    var detection =
        new FeedDetection(
            new IngestFeed(ingest, FEED_CONSUMER, config.callTimeout()),
            new PostgresShardStore(database),
            new MonitorAnomalyLog(monitor, config.callTimeout()),
            residency,
            router,
            starter,
            rows,
            tunings,
            new FeedDetectionSettings(
                ReplicaName.in(config.dataFolder()),
                config.shardCount(),
                config.leaseDuration(),
                config.checkpointInterval(),
                config.settleWait(),
                detectorsInMemory(config)),
            realClock,
            spans,
            detectionMetrics);

    opened.push(new PredictionSender(spool, monitor, config.callTimeout()).start());
    opened.push(new RegistryWatch(registry, mirror).start());
    opened.push(new TuningWatch(monitor, tunings).start());
    opened.push(
        new VersionTrials(
                new RegistryPendingVersions(
                    registry, ReplicaName.in(config.dataFolder()), config.callTimeout()),
                residency,
                config.trialInterval(),
                config.modelLoadLimit().plus(config.modelWarmUpLimit()).multipliedBy(2),
                config.modelWarmUpLimit())
            .start());
    opened.push(detection.start());
    if (memory.isUsed()) {
      opened.push(new WindowFeed(new IngestFeed(ingest, "", config.callTimeout()), memory).start());
    }
    opened.push(
        Rounds.of(
                "standing-forecasts",
                Pace.every(config.standingInterval()),
                () -> {
                  var _ = standing.issueDue();
                })
            .start());
    var server = GrpcServer.builder(config.grpc(), config.security(), telemetry);
    var grpc =
        opened.push(
            server
                .service(
                    new ForecastApi(forecasting, new Explaining(router, windows, clock, spans)))
                .service(new DetectionApi(router, history, detectors, rows, tunings, spans))
                .service(
                    new ServedModelApi(
                        residency,
                        mirror,
                        detection,
                        spool,
                        forecastMetrics,
                        differences,
                        detectionMetrics))
                .service(
                    OpenInference.service(
                        router,
                        residency,
                        new ForecastInference(forecasting, clock),
                        shadowing,
                        differences,
                        spans,
                        realClock,
                        config.loadWait(),
                        server.executor(),
                        VERSION))
                .direct(OpenInference.DIRECT)
                .interceptor(new RouteHeaders())
                .unvalidated("tidewatch.inference.v1.StreamDetectRequest")
                .start());
    return new InferenceServer(opened, grpc);
  }

  /** Port of the gRPC server; -1 in process. */
  public int port() {
    return grpc.port();
  }

  /** What a client connects to on this machine. */
  public String target() {
    return grpc.target();
  }

  @Override
  public void close() {
    opened.close();
  }

  /** Detectors may take half of the heap. */
  private static int detectorsInMemory(InferenceConfig config) {
    long room = Runtime.getRuntime().maxMemory() / 2 / DETECTOR_BYTES;
    return Math.clamp(room, 1, config.detectorsMax());
  }
}
