package dev.tidewatch.ingest;

import dev.tidewatch.ingest.api.AggregateApi;
import dev.tidewatch.ingest.api.DataQualityApi;
import dev.tidewatch.ingest.api.DeletionApi;
import dev.tidewatch.ingest.api.DeletionEncoding;
import dev.tidewatch.ingest.api.FeedApi;
import dev.tidewatch.ingest.api.IngestApi;
import dev.tidewatch.ingest.api.QuarantineApi;
import dev.tidewatch.ingest.api.QueryApi;
import dev.tidewatch.ingest.api.SeriesApi;
import dev.tidewatch.ingest.api.SeriesEncoding;
import dev.tidewatch.ingest.api.Writers;
import dev.tidewatch.ingest.catalog.SeriesCatalog;
import dev.tidewatch.ingest.deletion.Deletions;
import dev.tidewatch.ingest.feed.FeedHead;
import dev.tidewatch.ingest.intake.BatchCheck;
import dev.tidewatch.ingest.intake.GroupCommitter;
import dev.tidewatch.ingest.intake.Intake;
import dev.tidewatch.ingest.intake.IntakeBudget;
import dev.tidewatch.ingest.intake.IntakeMeters;
import dev.tidewatch.ingest.intake.QuarantineReplay;
import dev.tidewatch.ingest.storage.Layout;
import dev.tidewatch.ingest.storage.OutcomePruning;
import dev.tidewatch.ingest.storage.PartitionRetention;
import dev.tidewatch.ingest.storage.PostgresBucketSource;
import dev.tidewatch.ingest.storage.PostgresDeletionStore;
import dev.tidewatch.ingest.storage.PostgresDifferenceQueries;
import dev.tidewatch.ingest.storage.PostgresFeedStore;
import dev.tidewatch.ingest.storage.PostgresQualityQueries;
import dev.tidewatch.ingest.storage.PostgresQuarantineStore;
import dev.tidewatch.ingest.storage.PostgresReadingQueries;
import dev.tidewatch.ingest.storage.PostgresReadingStore;
import dev.tidewatch.ingest.storage.PostgresSeriesStore;
import dev.tidewatch.ingest.storage.PostgresWriterStore;
import dev.tidewatch.ingest.storage.Rollups;
import dev.tidewatch.ingest.storage.SeriesPurge;
import dev.tidewatch.ingest.storage.SupersededRetention;
import dev.tidewatch.ingest.storage.TallyRetention;
import dev.tidewatch.ingest.storage.TimescalePolicies;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.serverkit.grpc.GrpcServer;
import dev.tidewatch.serverkit.lifecycle.CloseStack;
import dev.tidewatch.serverkit.telemetry.Telemetry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/** The ingest server, wired by hand: opened top to bottom, closed bottom to top. */
public final class IngestServer implements AutoCloseable {
  public static final String SCHEMA = "ingest";
  public static final String MIGRATIONS = "db/migration/ingest";
  private static final Duration REQUESTS_KEPT = Duration.ofHours(24);

  private final CloseStack opened;
  private final GrpcServer grpc;

  private IngestServer(CloseStack opened, GrpcServer grpc) {
    this.opened = opened;
    this.grpc = grpc;
  }

  /**
   * Migrates the database and starts to listen.
   *
   * @param clock the domain clock; what ages by real time uses the system's
   */
  public static IngestServer launch(IngestConfig config, InstantSource clock) {
    var opened = new CloseStack();
    try {
      var telemetry = opened.push(Telemetry.open(config.telemetry(), SCHEMA));
      return launch(config, clock, telemetry, opened);
    } catch (Throwable e) {
      opened.closeAfter(e);
      throw e;
    }
  }

  /** As {@link #launch(IngestConfig, InstantSource)}, with a telemetry that the caller closes. */
  public static IngestServer launch(IngestConfig config, InstantSource clock, Telemetry telemetry) {
    var opened = new CloseStack();
    try {
      return launch(config, clock, telemetry, opened);
    } catch (Throwable e) {
      opened.closeAfter(e);
      throw e;
    }
  }

  private static IngestServer launch(
      IngestConfig config, InstantSource clock, Telemetry telemetry, CloseStack opened) {
    InstantSource realClock = InstantSource.system();
    var database = opened.push(Database.open(config.database(), SCHEMA, telemetry));
    database.migrate(MIGRATIONS);
    Layout.Recorded layout = Layout.read(database);

    var feedStore = new PostgresFeedStore(database);
    var feedHead = new FeedHead(feedStore.head());
    var seriesStore =
        new PostgresSeriesStore(
            database, layout.shardCount(), feedHead, new SeriesEncoding(), realClock);
    var meters = new IntakeMeters(telemetry.tracer(), telemetry.meter());
    var readingStore =
        new PostgresReadingStore(
            database,
            layout.layout(),
            realClock,
            config.intake().unknownCommitTimeout(),
            meters::late);
    var queries = new PostgresReadingQueries(database, feedStore);

    var catalog = new SeriesCatalog(seriesStore, clock, config.intake().seriesInMemoryMax());
    catalog.refresh();
    var check =
        new BatchCheck(
            catalog, clock, config.intake().futureSkewMax(), config.intake().retention());
    var committer =
        opened.push(
            GroupCommitter.start(
                readingStore,
                catalog,
                check,
                feedHead,
                clock,
                config.intake().commitLimits(),
                meters));
    var budget = new IntakeBudget(config.intake().readingsInMemoryMax());
    var intake =
        new Intake(
            readingStore,
            check,
            committer,
            budget,
            config.intake().limits(Math.toIntExact(config.grpc().maxMessageSize().bytes())),
            meters,
            clock);

    var quality = new DataQualityApi(seriesStore, new PostgresQualityQueries(database), clock);

    var deletionStore =
        new PostgresDeletionStore(
            database,
            layout.layout(),
            new SeriesEncoding(),
            new DeletionEncoding(),
            realClock,
            config.deletion().purgeDelay(),
            intake.limits().batchBlockBytesMax());
    var deletions =
        new DeletionApi(new Deletions(seriesStore, catalog, deletionStore, feedHead, clock));
    var ingestApi =
        opened.push(
            new IngestApi(intake, new Writers(new PostgresWriterStore(database)), deletions));
    var feedApi = new FeedApi(feedStore, feedHead, seriesStore, layout.shardCount(), clock);
    var jobs = opened.push(new BackgroundJobs());
    jobs.every(
        config.feed().pollInterval(),
        "follow commits of other servers",
        () -> {
          if (feedApi.subscriberCount() > 0) {
            feedHead.advance(feedStore.head());
          }
        });
    jobs.every(
        config.feed().pruneInterval(),
        "prune the feed",
        () ->
            feedStore.prune(
                realClock.instant(),
                config.feed().keepMin(),
                config.feed().keepMax(),
                config.feed().keepBytes().bytes()));
    var outcomes = new OutcomePruning(database, config.intake().sequencesKept(), REQUESTS_KEPT);
    jobs.every(
        config.feed().pruneInterval(), "prune outcomes", () -> outcomes.run(realClock.instant()));
    var quarantine = new PostgresQuarantineStore(database);
    jobs.every(
        config.feed().pruneInterval(),
        "prune quarantine",
        () ->
            quarantine.prune(
                clock.instant().minus(config.intake().quarantineKept()),
                config.intake().quarantineRowsMax()));
    var buckets = new PostgresBucketSource(database, queries);
    opened.push(
        telemetry
            .meter()
            .counterBuilder("tidewatch.ingest.aggregate.readings")
            .setDescription("Readings that aggregates read, where rollups did not serve")
            .setUnit("{reading}")
            .buildWithCallback(measurement -> measurement.record(buckets.readingsRead())));
    keepHistory(config, clock, database, layout.layout(), jobs);
    if (config.rollups().enabled()) {
      keepRollups(config.rollups(), database, feedStore, layout.layout(), telemetry, opened);
    }
    var purge =
        new SeriesPurge(
            database, layout.layout(), config.deletion().purgeRows(), telemetry.meter());
    jobs.every(
        config.deletion().purgeInterval(),
        "purge deleted series",
        () -> purge.run(realClock.instant()));
    var lag =
        telemetry
            .meter()
            .gaugeBuilder("tidewatch.ingest.feed.lag")
            .ofLongs()
            .setDescription("Commits that the slowest subscriber of this server has not got yet")
            .setUnit("{commit}")
            .buildWithCallback(measurement -> measurement.record(feedApi.lagMax()));
    opened.push(lag);

    var grpc =
        opened.push(
            GrpcServer.builder(config.grpc(), config.security(), telemetry)
                .service(new SeriesApi(seriesStore, feedHead, clock, deletions))
                .service(ingestApi.service())
                .service(
                    new QueryApi(
                        seriesStore,
                        catalog,
                        queries,
                        new PostgresDifferenceQueries(database),
                        quality,
                        new AggregateApi(seriesStore, queries, buckets)))
                .service(feedApi)
                .service(new QuarantineApi(quarantine, new QuarantineReplay(intake), feedHead))
                .unvalidated("tidewatch.ingest.v1.StreamReadingsRequest")
                .unvalidated("tidewatch.ingest.v1.GetLatestReadingsRequest")
                .onDrain(feedApi::endStreams)
                .onDrain(ingestApi::endStreams)
                .start());
    return new IngestServer(opened, grpc);
  }

  private static void keepHistory(
      IngestConfig config,
      InstantSource clock,
      Database database,
      Layout layout,
      BackgroundJobs jobs) {
    HistoryConfig history = config.history();
    if (layout == Layout.TIMESCALE) {
      new TimescalePolicies(database)
          .apply(unlessZero(history.columnstoreAfter()), config.intake().retention());
    } else {
      config
          .intake()
          .retention()
          .map(kept -> new PartitionRetention(database, kept))
          .ifPresent(old ->
              jobs.every(
                  history.maintenanceInterval(),
                  "drop old months",
                  () -> old.run(clock.instant())));
    }
    config
        .intake()
        .retention()
        .map(kept -> new TallyRetention(database, kept))
        .ifPresent(old ->
            jobs.every(
                history.maintenanceInterval(),
                "forget old tallies",
                () -> old.run(clock.instant())));
    InstantSource realClock = InstantSource.system();
    unlessZero(history.supersededKept())
        .map(kept -> new SupersededRetention(database, kept))
        .ifPresent(old ->
            jobs.every(
                history.maintenanceInterval(),
                "forget replaced readings",
                () -> old.run(realClock.instant())));
  }

  private static void keepRollups(
      RollupConfig config,
      Database database,
      PostgresFeedStore feedStore,
      Layout layout,
      Telemetry telemetry,
      CloseStack opened) {
    var rollups =
        opened.push(
            Rollups.start(database, feedStore, layout, config.limits(), InstantSource.system()));
    opened.push(
        telemetry
            .meter()
            .gaugeBuilder("tidewatch.ingest.rollup.pending")
            .ofLongs()
            .setDescription("Hours of series whose rollups are to be computed; 1,000,000 at most")
            .setUnit("{hour}")
            .buildWithCallback(measurement -> measurement.record(rollups.pendingHours())));
    opened.push(
        telemetry
            .meter()
            .gaugeBuilder("tidewatch.ingest.rollup.lag")
            .ofLongs()
            .setDescription("Commits whose changes are not marked for the rollups yet")
            .setUnit("{commit}")
            .buildWithCallback(measurement -> measurement.record(rollups.lagCommits())));
  }

  private static Optional<Duration> unlessZero(Duration duration) {
    return duration.isZero() ? Optional.empty() : Optional.of(duration);
  }

  /** The port it listens on; -1 in process. */
  public int port() {
    return grpc.port();
  }

  /** What a client on this machine connects to. */
  public String target() {
    return grpc.target();
  }

  @Override
  public void close() {
    opened.close();
  }
}
