package dev.tidewatch.monitor.alert;

import dev.tidewatch.monitor.TextField;
import dev.tidewatch.monitor.anomaly.Severity;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What people want to be told of. Durations are domain time.
 *
 * @param model empty: all
 * @param severity of its alerts
 * @param hold how long the condition must hold before an alert fires
 * @param resolveAfter how long the condition must be over before an alert is resolved
 * @param coolDown after a resolution, how long it does not fire again
 * @param flapsPerHourMax 0: 6
 * @param groupBy labels that alerts delivered as one agree in
 * @param inhibitedBy names of rules
 * @param advice may be empty
 * @param revision of the newest change; 0: not kept yet
 */
public record AlertRule(
    String name,
    SeriesPattern seriesPattern,
    String model,
    Condition condition,
    Severity severity,
    Duration hold,
    Duration resolveAfter,
    Duration coolDown,
    int flapsPerHourMax,
    List<String> groupBy,
    List<String> inhibitedBy,
    String advice,
    boolean disabled,
    long revision) {
  static final Duration DURATION_MAX = Duration.ofDays(3650);

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,128}");
  private static final int FLAPS_DEFAULT = 6;
  private static final List<String> GROUPING = List.of("series", "model", "version", "device");

  /**
   * @throws InvalidArgument naming the field
   */
  public AlertRule {
    requireName("rule.name", name);
    TextField.require("rule.model", model, 0, 128);
    requireDuration("rule.hold", hold);
    requireDuration("rule.resolve_after", resolveAfter);
    requireDuration("rule.cool_down", coolDown);
    if (flapsPerHourMax < 0) {
      throw InvalidArgument.field(
          "rule.flaps_per_hour_max", "is %d; it must be at least 0".formatted(flapsPerHourMax));
    }
    groupBy = List.copyOf(groupBy);
    for (String label : groupBy) {
      if (!GROUPING.contains(label)) {
        throw InvalidArgument.field(
            "rule.group_by",
            "holds '%s'; name labels out of %s".formatted(label, String.join(", ", GROUPING)));
      }
    }
    inhibitedBy = List.copyOf(inhibitedBy);
    for (String rule : inhibitedBy) {
      requireName("rule.inhibited_by", rule);
      if (rule.equals(name)) {
        throw InvalidArgument.field("rule.inhibited_by", "names the rule itself; leave it out");
      }
    }
    TextField.require("rule.advice", advice, 0, 1000);
  }

  private static void requireName(String field, String name) {
    if (!NAME.matcher(name).matches()) {
      throw InvalidArgument.field(
          field, "is '%s'; write 1 to 128 of A-Z, a-z, 0-9, _, . and -".formatted(name));
    }
  }

  private static void requireDuration(String field, Duration duration) {
    if (duration.isNegative() || duration.compareTo(DURATION_MAX) > 0) {
      throw InvalidArgument.field(
          field,
          "is %s; it must lie between 0 and %d days".formatted(duration, DURATION_MAX.toDays()));
    }
  }

  /** Names this state of the rule. */
  public String etag() {
    return Long.toString(revision);
  }

  public int flapsPerHourMaxInForce() {
    return flapsPerHourMax == 0 ? FLAPS_DEFAULT : flapsPerHourMax;
  }

  /** True if what the labels name is what the rule is about. */
  public boolean covers(AlertLabels labels) {
    return seriesPattern.matches(labels.series())
        && (model.isEmpty() || model.equals(labels.model()));
  }

  /** The same with another revision. */
  public AlertRule withRevision(long newRevision) {
    return new AlertRule(
        name,
        seriesPattern,
        model,
        condition,
        severity,
        hold,
        resolveAfter,
        coolDown,
        flapsPerHourMax,
        groupBy,
        inhibitedBy,
        advice,
        disabled,
        newRevision);
  }
}
