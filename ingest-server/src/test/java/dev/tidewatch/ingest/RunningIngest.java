package dev.tidewatch.ingest;

import dev.tidewatch.proto.ingest.v1.FeedServiceGrpc;
import dev.tidewatch.proto.ingest.v1.IngestServiceGrpc;
import dev.tidewatch.proto.ingest.v1.QuarantineServiceGrpc;
import dev.tidewatch.proto.ingest.v1.QueryServiceGrpc;
import dev.tidewatch.proto.ingest.v1.SeriesServiceGrpc;
import dev.tidewatch.serverkit.config.ConfigLoader;
import dev.tidewatch.serverkit.grpc.ClientConfig;
import dev.tidewatch.serverkit.grpc.GrpcChannel;
import dev.tidewatch.serverkit.telemetry.Telemetry;
import dev.tidewatch.serverkit.testing.TestDatabase;
import io.grpc.Channel;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * An ingest server in this process with a channel to it; can be stopped and started on the same
 * database.
 */
final class RunningIngest implements AutoCloseable {
  private static final long DEADLINE_SECONDS = 60;

  final TestClock clock = new TestClock();
  final TestDatabase database;
  private Map<String, String> settings;
  private final Telemetry telemetry;
  private IngestServer server;
  private GrpcChannel channel;

  private RunningIngest(TestDatabase database, Map<String, String> settings, Telemetry telemetry) {
    this.database = database;
    this.settings = settings;
    this.telemetry = telemetry;
    this.server = launch();
    this.channel = connect();
  }

  static RunningIngest start() {
    return start(Map.of());
  }

  static RunningIngest start(Map<String, String> settings) {
    return start(
        TestDatabase.plain(IngestServer.SCHEMA, IngestServer.MIGRATIONS),
        settings,
        Telemetry.disabled());
  }

  static RunningIngest start(
      TestDatabase database, Map<String, String> settings, Telemetry telemetry) {
    return new RunningIngest(database, settings, telemetry);
  }

  private IngestServer launch() {
    var all = new HashMap<String, String>();
    all.put("grpc.host", "inproc:ingest-" + UUID.randomUUID());
    all.put("grpc.shutdown-grace", "2s");
    all.put("security.auth", "off");
    all.put("database.url", database.config().url().orElseThrow());
    all.put("database.user", database.config().user());
    all.put("database.password", database.config().password().value());
    all.put("database.pool-size", "8");
    all.put("telemetry.enabled", "false");
    all.putAll(settings);
    return IngestServer.launch(ConfigLoader.with(IngestConfig.class, all), clock, telemetry);
  }

  private GrpcChannel connect() {
    return GrpcChannel.open(ClientConfig.to(server.target()), telemetry);
  }

  /** Starts it again with other settings. */
  void restart(Map<String, String> settings) {
    this.settings = settings;
    restart();
  }

  void restart() {
    channel.close();
    server.close();
    server = launch();
    channel = connect();
  }

  /** Runs a statement on the database, behind the server's back. */
  void execute(String sql) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(
                database.config().url().orElseThrow(),
                database.config().user(),
                database.config().password().value());
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  Channel channel() {
    return channel.channel();
  }

  SeriesServiceGrpc.SeriesServiceBlockingStub series() {
    return SeriesServiceGrpc.newBlockingStub(channel())
        .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
  }

  IngestServiceGrpc.IngestServiceBlockingStub ingest() {
    return IngestServiceGrpc.newBlockingStub(channel())
        .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
  }

  QueryServiceGrpc.QueryServiceBlockingStub query() {
    return QueryServiceGrpc.newBlockingStub(channel())
        .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
  }

  FeedServiceGrpc.FeedServiceBlockingStub feed() {
    return FeedServiceGrpc.newBlockingStub(channel())
        .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
  }

  QuarantineServiceGrpc.QuarantineServiceBlockingStub quarantine() {
    return QuarantineServiceGrpc.newBlockingStub(channel())
        .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
  }

  WriterClient writer(String writerId) {
    return WriterClient.open(channel(), writerId);
  }

  @Override
  public void close() {
    channel.close();
    server.close();
    database.close();
  }
}
