package dev.tidewatch.inference.testing;

import dev.tidewatch.inference.InferenceConfig;
import dev.tidewatch.inference.InferenceServer;
import dev.tidewatch.proto.inference.v1.GetServingStatusRequest;
import dev.tidewatch.proto.inference.v1.GetServingStatusResponse;
import dev.tidewatch.proto.inference.v1.ServedModelServiceGrpc;
import dev.tidewatch.proto.registry.v1.Assignment;
import dev.tidewatch.proto.registry.v1.RoleBinding;
import dev.tidewatch.proto.registry.v1.SeriesSelector;
import dev.tidewatch.proto.registry.v1.StandingSchedule;
import dev.tidewatch.proto.registry.v1.Task;
import dev.tidewatch.serverkit.config.ConfigLoader;
import dev.tidewatch.serverkit.lifecycle.CloseStack;
import dev.tidewatch.serverkit.telemetry.Telemetry;
import dev.tidewatch.serverkit.testing.TestDatabase;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.inprocess.InProcessChannelBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An inference server among the others' fakes, on a database and a folder of its own, that can be
 * started again.
 */
public final class World implements AutoCloseable {
  public final FakeIngest ingest;
  public final FakeRegistry registry;
  public final FakeMonitor monitor;
  public final ManualClock clock = new ManualClock(TestModels.START.plus(Duration.ofDays(40)));

  private final CloseStack opened = new CloseStack();
  private final TestDatabase database;
  private final Path folder;
  private final Map<String, String> settings = new HashMap<>();
  private boolean onSocket;
  private Telemetry telemetry = Telemetry.disabled();
  private @Nullable InferenceServer server;
  private @Nullable ManagedChannel channel;

  public World(Path folder) {
    this.folder = folder;
    database = opened.push(TestDatabase.plain("inference", "db/migration/inference"));
    ingest = opened.push(new FakeIngest());
    registry = opened.push(new FakeRegistry());
    monitor = opened.push(new FakeMonitor());
    settings.put("checkpoint-interval", "100ms");
    settings.put("standing-interval", "20ms");
    settings.put("lease-duration", "3s");
  }

  public World with(String key, String value) {
    settings.put(key, value);
    return this;
  }

  /** Listens on a socket instead of in process. */
  public World onSocket() {
    onSocket = true;
    return this;
  }

  public World with(Telemetry other) {
    telemetry = other;
    return this;
  }

  public TestDatabase database() {
    return database;
  }

  public Path folder() {
    return folder;
  }

  public World start() {
    String name = "inference-" + UUID.randomUUID();
    server = launch(name, folder);
    channel =
        onSocket
            ? Grpc.newChannelBuilder(server.target(), InsecureChannelCredentials.create()).build()
            : InProcessChannelBuilder.forName(name).build();
    return this;
  }

  /** Another server on the same database among the same others; closed with the world. */
  public ManagedChannel startReplica(Path otherFolder) {
    String name = "inference-" + UUID.randomUUID();
    opened.push(launch(name, otherFolder));
    var other = InProcessChannelBuilder.forName(name).build();
    opened.push(other::shutdownNow);
    return other;
  }

  private InferenceServer launch(String name, Path dataFolder) {
    var all = new HashMap<>(settings);
    all.put("grpc.host", onSocket ? "127.0.0.1" : "inproc:" + name);
    all.put("grpc.port", "0");
    all.put("security.auth", "off");
    all.put("telemetry.enabled", "false");
    all.put("database.url", database.config().url().orElseThrow());
    all.put("database.user", database.config().user());
    all.put("database.pool-size", "4");
    all.put("ingest.target", ingest.target());
    all.put("registry.target", registry.target());
    all.put("monitor.target", monitor.target());
    all.put("data-folder", dataFolder.toString());
    return InferenceServer.launch(ConfigLoader.with(InferenceConfig.class, all), clock, telemetry);
  }

  public ManagedChannel channel() {
    if (channel == null) {
      throw new IllegalStateException("not started");
    }
    return channel;
  }

  public void stop() {
    if (channel != null) {
      channel.shutdownNow();
      channel = null;
    }
    if (server != null) {
      server.close();
      server = null;
    }
  }

  /** The detector of several series, as champion, bound to the three sensors of each pump. */
  public World withPumps() {
    registry.add("pumps", "1.0.0", TestModels.pump(1));
    registry.alias("pumps", "champion", "1.0.0");
    registry.assign(pumpAssignment("{parent}/pressure", "{parent}/flow").build());
    return this;
  }

  /** On every {@code current} of the plant. */
  public static Assignment.Builder pumpAssignment(String pressure, String flow) {
    return Assignment.newBuilder()
        .setAssignment("pumps-everywhere")
        .setSelector(SeriesSelector.newBuilder().setExact("plant/a/current"))
        .setTask(Task.TASK_DETECT)
        .setModel("pumps")
        .setAlias("champion")
        .addBindings(RoleBinding.newBuilder().setRole("pressure").setSeries(pressure))
        .addBindings(RoleBinding.newBuilder().setRole("flow").setSeries(flow));
  }

  /** Waits until every shard's checkpoint is at or behind a commit. */
  public void awaitThrough(long position) {
    Await.until(
        "everything up to %d is checkpointed".formatted(position),
        () -> {
          List<Long> checkpoints = checkpoints();
          return checkpoints.size() == 16 && checkpoints.stream().allMatch(p -> p >= position);
        });
  }

  /** Positions of the shards that have one in this life of the feed. */
  public List<Long> checkpoints() {
    return status().getShardsList().stream()
        .filter(shard -> shard.hasCheckpoint())
        .filter(shard -> shard.getCheckpoint().getEpoch() == ingest.epoch())
        .map(shard -> shard.getCheckpoint().getPosition())
        .toList();
  }

  public GetServingStatusResponse status() {
    return ServedModelServiceGrpc.newBlockingStub(channel())
        .getServingStatus(GetServingStatusRequest.getDefaultInstance());
  }

  /** The forecaster, as champion, on the series below {@code wave/}. */
  public World withForecaster() {
    registry.add("waves", "1.0.0", TestModels.seasonalNaive(1));
    registry.alias("waves", "champion", "1.0.0");
    registry.assign(forecastAssignment("waves-everywhere", "wave", 0));
    return this;
  }

  /** The detector, as champion, on the series below {@code wave/}. */
  public World withDetector() {
    registry.add("spikes", "1.0.0", TestModels.zScore(1));
    registry.alias("spikes", "champion", "1.0.0");
    registry.assign(
        Assignment.newBuilder()
            .setAssignment("spikes-everywhere")
            .setSelector(SeriesSelector.newBuilder().setPrefix("wave"))
            .setTask(Task.TASK_DETECT)
            .setModel("spikes")
            .setAlias("champion")
            .build());
    return this;
  }

  public static Assignment forecastAssignment(String name, String prefix, int everySteps) {
    return Assignment.newBuilder()
        .setAssignment(name)
        .setSelector(SeriesSelector.newBuilder().setPrefix(prefix))
        .setTask(Task.TASK_FORECAST)
        .setModel("waves")
        .setAlias("champion")
        .setSchedule(StandingSchedule.newBuilder().setEverySteps(everySteps))
        .build();
  }

  @Override
  public void close() {
    stop();
    opened.close();
  }
}
