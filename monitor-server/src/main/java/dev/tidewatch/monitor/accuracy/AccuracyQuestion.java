package dev.tidewatch.monitor.accuracy;

import dev.tidewatch.monitor.ledger.PredictionFilter;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * Which steps, and how they are grouped.
 *
 * @param from a step counts when its target interval starts at or after this
 * @param to and before this
 * @param groupBy empty: one group of all
 * @param groupsSkipped groups of earlier pages
 * @param groupsMax at least 1
 */
public record AccuracyQuestion(
    PredictionFilter filter,
    Instant from,
    Instant to,
    Set<AccuracyDimension> groupBy,
    int groupsSkipped,
    int groupsMax) {
  public AccuracyQuestion {
    if (!from.isBefore(to)) {
      throw InvalidArgument.field(
          "range", "is empty: from %s to %s; to must be later".formatted(from, to));
    }
    var copy = EnumSet.noneOf(AccuracyDimension.class);
    copy.addAll(groupBy);
    groupBy = Collections.unmodifiableSet(copy);
  }
}
