package dev.tidewatch.registry;

import dev.tidewatch.registry.api.AliasEndpoint;
import dev.tidewatch.registry.api.ArtifactEndpoint;
import dev.tidewatch.registry.api.AssignmentEndpoint;
import dev.tidewatch.registry.api.CatalogEndpoint;
import dev.tidewatch.registry.api.MaintenanceEndpoint;
import dev.tidewatch.registry.api.ModelEndpoint;
import dev.tidewatch.registry.api.RunEndpoint;
import dev.tidewatch.registry.api.StorableText;
import dev.tidewatch.registry.api.WatchEndpoint;
import dev.tidewatch.registry.artifacts.ArtifactStore;
import dev.tidewatch.registry.artifacts.StagingFolder;
import dev.tidewatch.registry.domain.AliasBoard;
import dev.tidewatch.registry.domain.AliasGuards;
import dev.tidewatch.registry.domain.AssignmentBook;
import dev.tidewatch.registry.domain.AuditLog;
import dev.tidewatch.registry.domain.EvidenceLog;
import dev.tidewatch.registry.domain.LineageGraph;
import dev.tidewatch.registry.domain.ModelCatalog;
import dev.tidewatch.registry.domain.Retention;
import dev.tidewatch.registry.domain.RunLog;
import dev.tidewatch.registry.domain.VersionFinder;
import dev.tidewatch.registry.domain.VersionTrials;
import dev.tidewatch.registry.storage.PostgresArtifactIndex;
import dev.tidewatch.registry.storage.PostgresRegistryStore;
import dev.tidewatch.registry.storage.PostgresRunStore;
import dev.tidewatch.registry.watch.StateReader;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.serverkit.grpc.GrpcServer;
import dev.tidewatch.serverkit.lifecycle.CloseStack;
import dev.tidewatch.serverkit.lifecycle.HighWaterMark;
import dev.tidewatch.serverkit.lifecycle.Pace;
import dev.tidewatch.serverkit.lifecycle.Rounds;
import dev.tidewatch.serverkit.telemetry.Telemetry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.UUID;

/** The registry server, wired by hand: opened top to bottom, closed bottom to top. */
public final class RegistryServer implements AutoCloseable {
  private static final String SCHEMA = "registry";

  private final CloseStack opened;
  private final GrpcServer grpc;

  private RegistryServer(CloseStack opened, GrpcServer grpc) {
    this.opened = opened;
    this.grpc = grpc;
  }

  /**
   * Migrates the database, sweeps the artifact folder, and listens.
   *
   * @param clock domain time
   */
  public static RegistryServer launch(RegistryConfig config, InstantSource clock) {
    InstantSource realTime = InstantSource.system(); // for ages of uploads and requests
    var opened = new CloseStack();
    try {
      var telemetry = opened.push(Telemetry.open(config.telemetry(), SCHEMA));
      var database = opened.push(Database.open(config.database(), SCHEMA, telemetry));
      database.migrate("db/migration/registry");

      var revisions = opened.push(new HighWaterMark());
      var store =
          new PostgresRegistryStore(
              database.dsl(), clock, realTime, config.watch().revisionsKept(), revisions::riseTo);
      var state = new StateReader(store);
      revisions.riseTo(state.revision());
      // What other replicas commit.
      opened.push(
          Rounds.of(
                  "registry-revision",
                  Pace.every(config.watch().pollInterval()),
                  () -> revisions.riseTo(state.revision()))
              .startWithTheWait());

      var staging = new StagingFolder(config.artifacts().folder());
      var artifacts =
          new ArtifactStore(
              staging,
              opened.push(config.artifacts().open(staging)),
              new PostgresArtifactIndex(database.dsl()),
              config.artifacts().trust(),
              clock,
              realTime,
              config.artifacts().limits());
      artifacts.prepare();
      opened.push(Housekeeping.begin(artifacts, store, config.artifacts().sweepInterval()));

      var runs = new RunLog(store, new PostgresRunStore(database.dsl()), clock, UUID::randomUUID);
      var evidence = new EvidenceLog(store, clock, UUID::randomUUID);
      var audit = new AuditLog(store);
      var watch = new WatchEndpoint(state, revisions, clock, config.watch().limits());
      opened.push(new RegistryMetrics(telemetry.meter(), revisions, watch));
      var grpc =
          opened.push(
              GrpcServer.builder(config.grpc(), config.security(), telemetry)
                  .interceptor(new StorableText())
                  .service(
                      new ModelEndpoint(
                          new ModelCatalog(store, clock),
                          new VersionTrials(store),
                          evidence,
                          artifacts))
                  .service(new ArtifactEndpoint(artifacts, audit))
                  .service(
                      new AliasEndpoint(
                          new AliasBoard(store, clock), new AliasGuards(store, clock)))
                  .service(new AssignmentEndpoint(new AssignmentBook(store, clock)))
                  .service(new RunEndpoint(runs, clock))
                  .service(watch)
                  .service(new CatalogEndpoint(new VersionFinder(store), new LineageGraph(store)))
                  .service(new MaintenanceEndpoint(new Retention(store, clock), artifacts, audit))
                  .onDrain(watch::drain)
                  .start());
      return new RegistryServer(opened, grpc);
    } catch (IOException e) {
      opened.closeAfter(e);
      throw new UncheckedIOException("the artifact store cannot be used: " + e.getMessage(), e);
    } catch (Throwable e) {
      opened.closeAfter(e); // a half-started server leaves nothing behind
      throw e;
    }
  }

  /** The port it listens on. */
  public int port() {
    return grpc.port();
  }

  /** What a client takes to reach it from this machine. */
  public String target() {
    return grpc.target();
  }

  @Override
  public void close() {
    opened.close();
  }
}
