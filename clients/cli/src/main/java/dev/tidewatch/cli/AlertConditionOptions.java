package dev.tidewatch.cli;

import dev.tidewatch.proto.monitor.v1.AccuracyCondition;
import dev.tidewatch.proto.monitor.v1.AccuracyMeasure;
import dev.tidewatch.proto.monitor.v1.AlertRule;
import dev.tidewatch.proto.monitor.v1.AnomalyCondition;
import dev.tidewatch.proto.monitor.v1.DriftCondition;
import dev.tidewatch.proto.monitor.v1.HealthCondition;
import dev.tidewatch.proto.monitor.v1.ServerCondition;
import dev.tidewatch.proto.monitor.v1.Severity;
import dev.tidewatch.proto.monitor.v1.StalenessCondition;
import dev.tidewatch.sdk.ProtoTimes;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** When a rule holds. */
final class AlertConditionOptions {
  @SuppressWarnings("NullAway.Init") // set by picocli
  @Option(
      names = "--on",
      required = true,
      paramLabel = "KIND",
      description = "What is watched: anomaly, accuracy, drift, staleness, health or server.")
  private String kind;

  @Option(
      names = "--measure",
      paramLabel = "NAME",
      description = "accuracy: mae, rmse, mape, smape, mase, skill or coverage-error (mape).")
  private String measure = "mape";

  @Option(
      names = "--limit",
      paramLabel = "NUMBER",
      description =
          "accuracy: above it (skill: below) the condition holds; MAPE in %%, coverage as a"
              + " share. health: below it, 0 to 100.")
  private @Nullable Double limit;

  @Option(
      names = "--level",
      paramLabel = "SHARE",
      description = "coverage-error: level of the interval (0.9).")
  private double level;

  @Option(
      names = "--window",
      paramLabel = "DURATION",
      description = "accuracy: over this (1d). anomaly: within this (each for itself).")
  private @Nullable String window;

  @Option(
      names = "--at-least",
      paramLabel = "N",
      description = "accuracy: least pairs (30). anomaly: least anomalies (1).")
  private int least;

  @Option(
      names = "--anomaly-severity",
      paramLabel = "LEAST",
      description = "anomaly: this and worse (low).")
  private String anomalySeverity = "low";

  @Option(
      names = "--silent-for",
      paramLabel = "DURATION",
      description = "staleness: longer without a reading (three usual intervals).")
  private @Nullable String silentFor;

  @Option(names = "--strong-only", description = "drift: moderate drift does not count.")
  private boolean strongOnly;

  @Option(
      names = "--server",
      paramLabel = "NAME",
      description = "server: ingest, registry, inference or monitor (any).")
  private String server = "";

  void applyTo(AlertRule.Builder rule, Session session) {
    switch (kind) {
      case "anomaly" -> {
        var condition =
            AnomalyCondition.newBuilder()
                .setAnomaliesMin(least)
                .setSeverityMin(
                    SeriesCreateCommand.constant(
                        Severity.class, "SEVERITY_", "--anomaly-severity", anomalySeverity));
        if (window != null) {
          condition.setTrailing(ProtoTimes.duration(session.duration("--window", window)));
        }
        rule.setAnomaly(condition);
      }
      case "accuracy" -> {
        var condition =
            AccuracyCondition.newBuilder()
                .setMeasure(
                    SeriesCreateCommand.constant(
                        AccuracyMeasure.class, "ACCURACY_MEASURE_", "--measure", measure))
                .setLimit(requireLimit())
                .setLevel(level)
                .setPairsMin(least);
        if (window != null) {
          condition.setTrailing(ProtoTimes.duration(session.duration("--window", window)));
        }
        rule.setAccuracy(condition);
      }
      case "drift" -> rule.setDrift(DriftCondition.newBuilder().setStrongOnly(strongOnly));
      case "staleness" -> {
        var condition = StalenessCondition.newBuilder();
        if (silentFor != null) {
          condition.setSilentFor(ProtoTimes.duration(session.duration("--silent-for", silentFor)));
        }
        rule.setStaleness(condition);
      }
      case "health" -> rule.setHealth(HealthCondition.newBuilder().setLimit(requireLimit()));
      case "server" -> rule.setServer(ServerCondition.newBuilder().setServer(server));
      default ->
          throw new UsageException(
              "--on: '"
                  + kind
                  + "' is none of anomaly, accuracy, drift, staleness, health, server");
    }
  }

  private double requireLimit() {
    if (limit == null) {
      throw new UsageException("--limit: missing; --on " + kind + " needs one");
    }
    return limit;
  }
}
