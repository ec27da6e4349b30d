package dev.tidewatch.inference;

import dev.tidewatch.inference.batching.QueueSizes;
import dev.tidewatch.serverkit.config.ByteSize;
import dev.tidewatch.serverkit.config.Setting;
import dev.tidewatch.serverkit.database.DatabaseConfig;
import dev.tidewatch.serverkit.grpc.ClientConfig;
import dev.tidewatch.serverkit.grpc.GrpcConfig;
import dev.tidewatch.serverkit.security.SecurityConfig;
import dev.tidewatch.serverkit.telemetry.LogConfig;
import dev.tidewatch.serverkit.telemetry.TelemetryConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Configuration of the inference server. */
public record InferenceConfig(
    @Setting(
            description = "Port and transport.",
            defaults = {"port=7430"})
        GrpcConfig grpc,
    @Setting(description = "Who may call.") SecurityConfig security,
    @Setting(
            description = "Where leases, checkpoints and detector states are kept.",
            defaults = {"pool-size=8"})
        DatabaseConfig database,
    @Setting(
            description = "Traces, metrics, logs.",
            defaults = {"metrics-port=7431"})
        TelemetryConfig telemetry,
    @Setting(description = "What the log looks like.") LogConfig log,
    @Setting(
            description = "The ingest server: history and feed.",
            defaults = {"target=localhost:7410"})
        ClientConfig ingest,
    @Setting(
            description = "The registry server: aliases, assignments, bundles.",
            defaults = {"target=localhost:7420"})
        ClientConfig registry,
    @Setting(
            description = "The monitor server: ledger and anomaly log.",
            defaults = {"target=localhost:7440"})
        ClientConfig monitor,
    @Setting(
            description =
                "Folder of this replica's own: the prediction spool and downloaded bundles. It must"
                    + " last over restarts, and no other replica may use it.")
        Path dataFolder,
    @Setting(
            description =
                "Largest size of the prediction spool, 1MiB or more. When it is full, forecasts are"
                    + " still answered and say NOT_RECORDED.",
            defaultValue = "1GiB")
        ByteSize spoolSize,
    @Setting(
            description =
                "Largest artifact that is loaded: a bundle, or a model in another format.",
            defaultValue = "512MiB")
        ByteSize bundleSize,
    @Setting(
            description =
                "Size of all downloaded artifacts on disk; beyond it those used longest ago go.",
            defaultValue = "8GiB")
        ByteSize bundleCacheSize,
    @Setting(
            description =
                "Memory that loaded models may take, natives included, as estimated. Beyond it"
                    + " those unused longest are put out, unless an assignment names them, and"
                    + " loaded again when asked for.",
            defaultValue = "1GiB")
        ByteSize modelMemory,
    @Setting(description = "Versions that are loaded at the same time.", defaultValue = "2")
        int modelLoads,
    @Setting(
            description =
                "How long a version may take to be loaded once it is on disk; then it is refused.",
            defaultValue = "30s")
        Duration modelLoadLimit,
    @Setting(
            description =
                "How long a version may take to answer the inputs that it is warmed with; then it"
                    + " is refused.",
            defaultValue = "30s")
        Duration modelWarmUpLimit,
    @Setting(
            description =
                "Whether a model that runs native code is first loaded by a process of its own,"
                    + " once for each file, so that one that crashes never does so in the server.",
            defaultValue = "true")
        boolean modelTrials,
    @Setting(
            description =
                "Rows that wait for a model of tensors at most, while its engine is busy; beyond,"
                    + " requests are refused as QUEUE_FULL. A model's own are in model-queues.",
            defaultValue = "1024")
        int modelQueueRows,
    @Setting(
            description =
                "Models with a queue of another size than model-queue-rows, as MODEL=ROWS each:"
                    + " heavy=64,light=8192.")
        List<String> modelQueues,
    @Setting(
            description =
                "How often it is looked for versions that wait for their smoke inputs to be tried.",
            defaultValue = "1s")
        Duration trialInterval,
    @Setting(
            description =
                "Folder of the Ed25519 public keys whose signatures count, one file `<key id>.pem`"
                    + " each. When it is set, artifacts that none of them signed are not loaded.")
        Optional<Path> trustedKeys,
    @Setting(
            description =
                "How long a call to another server may take where the caller sets no limit.",
            defaultValue = "30s")
        Duration callTimeout,
    @Setting(
            description =
                "How long a request for a version that is not in memory waits for it to be loaded.",
            defaultValue = "5s")
        Duration loadWait,
    @Setting(
            description =
                "How long detection on the feed waits, after each change of the registry, for the"
                    + " versions that it names to be loaded.",
            defaultValue = "30s")
        Duration settleWait,
    @Setting(
            description =
                "How long a shard of the feed stays with a replica that has fallen silent.",
            defaultValue = "10s")
        Duration leaseDuration,
    @Setting(
            description =
                "How often detector states and feed positions are saved; after a crash at most so"
                    + " much of the feed is read again.",
            defaultValue = "1s")
        Duration checkpointInterval,
    @Setting(
            description = "Shards of the feed, as the ingest database was made.",
            defaultValue = "16")
        int shardCount,
    @Setting(
            description =
                "Detectors in memory at most, and no more than half of the heap has room for at 20 KB"
                    + " each; others wait in the database.",
            defaultValue = "100000")
        int detectorsMax,
    @Setting(
            description =
                "Readings of series kept in memory for forecasts; the longest unasked go first. 0 reads"
                    + " ingest each time.",
            defaultValue = "64MiB")
        ByteSize windowMemory,
    @Setting(
            description =
                "Forecasts kept to answer the same question again while nothing that it rests on has"
                    + " changed. 0 keeps none.",
            defaultValue = "16MiB")
        ByteSize forecastCache,
    @Setting(
            description = "Series of one assignment that get standing forecasts at most.",
            defaultValue = "10000")
        int standingSeriesMax,
    @Setting(
            description = "How often it is looked for standing forecasts that are due.",
            defaultValue = "100ms")
        Duration standingInterval) {
  public InferenceConfig {
    if (spoolSize.bytes() < 1 << 20) {
      throw new IllegalArgumentException("spool-size: expected 1MiB or more");
    }
    requirePositive("call-timeout", callTimeout);
    requirePositive("load-wait", loadWait);
    requirePositive("model-load-limit", modelLoadLimit);
    requirePositive("model-warm-up-limit", modelWarmUpLimit);
    requirePositive("trial-interval", trialInterval);
    if (modelLoads < 1 || modelLoads > 64) {
      throw new IllegalArgumentException("model-loads: " + modelLoads + ", expected 1 to 64");
    }
    if (modelMemory.bytes() < 1 << 20) {
      throw new IllegalArgumentException("model-memory: expected 1MiB or more");
    }
    var _ = QueueSizes.parse(modelQueueRows, modelQueues);
    requirePositive("settle-wait", settleWait);
    requirePositive("checkpoint-interval", checkpointInterval);
    requirePositive("standing-interval", standingInterval);
    if (leaseDuration.compareTo(Duration.ofSeconds(1)) < 0) {
      throw new IllegalArgumentException("lease-duration: expected 1s or more");
    }
    if (shardCount < 1 || shardCount > 1_024) {
      throw new IllegalArgumentException("shard-count: " + shardCount + ", expected 1 to 1024");
    }
    if (detectorsMax < 1) {
      throw new IllegalArgumentException("detectors-max: expected 1 or more");
    }
    if (standingSeriesMax < 1) {
      throw new IllegalArgumentException("standing-series-max: expected 1 or more");
    }
  }

  private static void requirePositive(String name, Duration duration) {
    if (!duration.isPositive()) {
      throw new IllegalArgumentException(name + ": expected more than 0");
    }
  }
}
