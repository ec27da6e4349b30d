package dev.tidewatch.ingest;

import dev.tidewatch.serverkit.config.Setting;
import dev.tidewatch.serverkit.database.DatabaseConfig;
import dev.tidewatch.serverkit.grpc.GrpcConfig;
import dev.tidewatch.serverkit.security.SecurityConfig;
import dev.tidewatch.serverkit.telemetry.LogConfig;
import dev.tidewatch.serverkit.telemetry.TelemetryConfig;

/** Everything that can be set of the ingest server. */
public record IngestConfig(
    @Setting(
            description = "Port and transport.",
            defaults = {"port=7410"})
        GrpcConfig grpc,
    @Setting(description = "Who may call.") SecurityConfig security,
    @Setting(
            description = "Where readings are kept.",
            defaults = {"pool-size=16"})
        DatabaseConfig database,
    @Setting(
            description = "Traces and metrics.",
            defaults = {"metrics-port=7411"})
        TelemetryConfig telemetry,
    @Setting(description = "Logs.") LogConfig log,
    @Setting(description = "How readings are taken in.") IntakeConfig intake,
    @Setting(description = "How the feed is kept and followed.") FeedConfig feed,
    @Setting(description = "How the past is kept.") HistoryConfig history,
    @Setting(description = "How rollups are kept.") RollupConfig rollups,
    @Setting(description = "How the rows of deleted series are removed.")
        DeletionConfig deletion) {}
