package dev.tidewatch.monitor.alert;

import dev.tidewatch.monitor.TextField;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * A span of domain time in which matching alerts are kept but not delivered.
 *
 * @param matchers all must match; not empty
 * @param from inclusive
 * @param to exclusive
 */
public record Silence(
    UUID id, List<LabelMatcher> matchers, Instant from, Instant to, String actor, String reason) {
  /**
   * @throws InvalidArgument naming the field
   */
  public Silence {
    matchers = List.copyOf(matchers);
    if (matchers.isEmpty() || matchers.size() > 32) {
      throw InvalidArgument.field(
          "matchers", "are %d; 1 to 32 are allowed".formatted(matchers.size()));
    }
    if (to.isBefore(from)) {
      throw InvalidArgument.field("range.to", "is %s, before from (%s)".formatted(to, from));
    }
    TextField.require("actor", actor, 1, 128);
    TextField.require("reason", reason, 1, 1000);
  }

  /** True if it holds back the alert's delivery at that time. */
  public boolean silences(Alert alert, Instant at) {
    return !at.isBefore(from)
        && at.isBefore(to)
        && matchers.stream().allMatch(matcher -> matcher.matches(alert));
  }
}
