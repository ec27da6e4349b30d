package dev.tidewatch.registry;

import dev.tidewatch.serverkit.config.Setting;
import dev.tidewatch.serverkit.database.DatabaseConfig;
import dev.tidewatch.serverkit.grpc.GrpcConfig;
import dev.tidewatch.serverkit.security.SecurityConfig;
import dev.tidewatch.serverkit.telemetry.LogConfig;
import dev.tidewatch.serverkit.telemetry.TelemetryConfig;

/** Everything that can be set about a registry server. */
public record RegistryConfig(
    @Setting(
            description = "Port and transport.",
            defaults = {"port=7420"})
        GrpcConfig grpc,
    @Setting(description = "Who may call.") SecurityConfig security,
    @Setting(description = "Where rows are kept.") DatabaseConfig database,
    @Setting(
            description = "Traces and metrics.",
            defaults = {"metrics-port=7421"})
        TelemetryConfig telemetry,
    @Setting(description = "Logs.") LogConfig log,
    @Setting(description = "Where artifacts are kept.") ArtifactsConfig artifacts,
    @Setting(description = "How watchers are served.") WatchConfig watch) {}
