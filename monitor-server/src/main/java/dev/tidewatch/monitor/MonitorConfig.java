package dev.tidewatch.monitor;

import dev.tidewatch.monitor.delivery.DeliveryConfig;
import dev.tidewatch.monitor.drift.DriftConfig;
import dev.tidewatch.serverkit.config.Setting;
import dev.tidewatch.serverkit.database.DatabaseConfig;
import dev.tidewatch.serverkit.grpc.ClientConfig;
import dev.tidewatch.serverkit.grpc.GrpcConfig;
import dev.tidewatch.serverkit.security.SecurityConfig;
import dev.tidewatch.serverkit.telemetry.LogConfig;
import dev.tidewatch.serverkit.telemetry.TelemetryConfig;
import java.time.Duration;

/** Settings of the monitor server. */
public record MonitorConfig(
    @Setting(
            description = "Where the server listens.",
            defaults = {"port=7440"})
        GrpcConfig grpc,
    @Setting(description = "Who may call.") SecurityConfig security,
    @Setting(
            description = "Where rows are kept.",
            defaults = {"pool-size=20"})
        DatabaseConfig database,
    @Setting(
            description = "Traces and metrics.",
            defaults = {"metrics-port=7441"})
        TelemetryConfig telemetry,
    @Setting(description = "Logs.") LogConfig log,
    @Setting(
            description = "The ingest server, for actuals.",
            defaults = {"target=localhost:7410"})
        ClientConfig ingest,
    @Setting(
            description = "The registry server: what models are, and the aliases that trials move.",
            defaults = {"target=localhost:7420"})
        ClientConfig registry,
    @Setting(description = "The watch for drift.") DriftConfig drift,
    @Setting(
            description = "Shards of ingest's feed, fixed when its database was made. 1 to 1024.",
            defaultValue = "16")
        int feedShards,
    @Setting(
            description = "How often actuals that have become due are looked for.",
            defaultValue = "50ms")
        Duration joinInterval,
    @Setting(
            description = "Actuals taken between two looks at the feed, 1 to 100000.",
            defaultValue = "2000")
        int joinBatch,
    @Setting(
            description =
                "How long a replica holds its shards without a sign of life; another takes over after that.",
            defaultValue = "15s")
        Duration leaseTerm,
    @Setting(
            description = "How often changes made by other replicas are looked for.",
            defaultValue = "100ms")
        Duration watchInterval,
    @Setting(
            description =
                "How often retrain policies are looked at, real time; looking takes at most a fifth of it.",
            defaultValue = "5s")
        Duration retrainInterval,
    @Setting(
            description =
                "How often conditions of alert rules other than anomalies are looked at, at least; more rarely if a round takes long.",
            defaultValue = "2s")
        Duration alertInterval,
    @Setting(
            description =
                "The inference server that alert rules watch, `host:port`; empty: none is watched.",
            defaultValue = "")
        String alertInferenceTarget,
    @Setting(description = "Watch streams at once, 1 to 100000.", defaultValue = "1000")
        int watchersMax,
    @Setting(description = "Delivery of alerts to webhooks.") DeliveryConfig delivery,
    @Setting(description = "How often some series' tunings are looked at.", defaultValue = "5s")
        Duration tuningInterval,
    @Setting(description = "How the ledger is kept.") LedgerConfig ledger,
    @Setting(
            description = "Answers about energy and plant computed at once, 1 to 1000.",
            defaultValue = "4")
        int analyticsMax,
    @Setting(
            description = "How often scores of health are made, by one replica.",
            defaultValue = "2m")
        Duration healthInterval,
    @Setting(
            description =
                "How long the course of scores of health is kept, domain time; 0 for ever, otherwise 7 days or more, which trends look at.",
            defaultValue = "180d")
        Duration healthRetention,
    @Setting(description = "Deadline of a query to ingest.", defaultValue = "60s")
        Duration queryDeadline,
    @Setting(
            description = "How often trials of new model versions are looked at.",
            defaultValue = "1s")
        Duration trialInterval) {
  public MonitorConfig {
    if (feedShards < 1 || feedShards > 1024) {
      throw new IllegalArgumentException("feed-shards: " + feedShards + ", expected 1 to 1024");
    }
    if (joinBatch < 1 || joinBatch > 100_000) {
      throw new IllegalArgumentException("join-batch: " + joinBatch + ", expected 1 to 100000");
    }
    if (watchersMax < 1 || watchersMax > 100_000) {
      throw new IllegalArgumentException("watchers-max: " + watchersMax + ", expected 1 to 100000");
    }
    if (analyticsMax < 1 || analyticsMax > 1000) {
      throw new IllegalArgumentException("analytics-max: " + analyticsMax + ", expected 1 to 1000");
    }
    requireAtLeast("join-interval", joinInterval, Duration.ofMillis(1));
    requireAtLeast("lease-term", leaseTerm, Duration.ofSeconds(1));
    requireAtLeast("watch-interval", watchInterval, Duration.ofMillis(1));
    requireAtLeast("retrain-interval", retrainInterval, Duration.ofMillis(1));
    requireAtLeast("tuning-interval", tuningInterval, Duration.ofMillis(1));
    requireAtLeast("health-interval", healthInterval, Duration.ofMillis(1));
    if (!healthRetention.isZero()) {
      requireAtLeast("health-retention", healthRetention, Duration.ofDays(7));
    }
    requireAtLeast("alert-interval", alertInterval, Duration.ofMillis(10));
    requireAtLeast("query-deadline", queryDeadline, Duration.ofMillis(100));
    requireAtLeast("trial-interval", trialInterval, Duration.ofMillis(1));
  }

  private static void requireAtLeast(String name, Duration value, Duration least) {
    if (value.compareTo(least) < 0) {
      throw new IllegalArgumentException(name + ": " + value + ", expected " + least + " or more");
    }
  }
}
