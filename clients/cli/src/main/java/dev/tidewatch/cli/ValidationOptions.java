package dev.tidewatch.cli;

import dev.tidewatch.proto.ingest.v1.Validation;
import dev.tidewatch.proto.ingest.v1.ViolationAction;
import dev.tidewatch.sdk.ProtoTimes;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a reading must look like. */
final class ValidationOptions {
  @Option(names = "--min", paramLabel = "VALUE", description = "Reject smaller values.")
  private @Nullable Double min;

  @Option(names = "--max", paramLabel = "VALUE", description = "Reject larger values.")
  private @Nullable Double max;

  @Option(
      names = "--change-per-second-max",
      paramLabel = "VALUE",
      description = "Reject what differs more from its neighbour in time, per second between.")
  private @Nullable Double changePerSecondMax;

  @Option(
      names = "--restart-below",
      paramLabel = "VALUE",
      description = "Counters: reject a fall, except to less than this.")
  private @Nullable Double restartBelow;

  @Option(
      names = "--stale-after",
      paramLabel = "DURATION",
      description = "Flag readings whose value has not moved for so long.")
  private @Nullable String staleAfter;

  @Option(
      names = "--future-skew-max",
      paramLabel = "DURATION",
      description = "Reject what lies further ahead of the server's clock.")
  private @Nullable String futureSkewMax;

  @Option(
      names = "--on-violation",
      paramLabel = "ACTION",
      description = "Breaking a rule: reject, or flag the reading and keep it (reject).")
  private @Nullable String onViolation;

  /** The rules with those that were given put in; the others stay. */
  Validation.Builder applyTo(Validation rules, Session session) {
    var changed = rules.toBuilder();
    if (min != null) {
      changed.setValueMin(min);
    }
    if (max != null) {
      changed.setValueMax(max);
    }
    if (changePerSecondMax != null) {
      changed.setChangePerSecondMax(changePerSecondMax);
    }
    if (restartBelow != null) {
      changed.setRestartBelow(restartBelow);
    }
    if (staleAfter != null) {
      changed.setStaleAfter(ProtoTimes.duration(session.duration("--stale-after", staleAfter)));
    }
    if (futureSkewMax != null) {
      changed.setFutureSkewMax(
          ProtoTimes.duration(session.duration("--future-skew-max", futureSkewMax)));
    }
    if (onViolation != null) {
      changed.setOnViolation(
          SeriesCreateCommand.constant(
              ViolationAction.class, "VIOLATION_ACTION_", "--on-violation", onViolation));
    }
    return changed;
  }
}
