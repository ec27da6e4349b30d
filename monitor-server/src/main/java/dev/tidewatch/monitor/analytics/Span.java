package dev.tidewatch.monitor.analytics;

import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.timeseries.Grid;

/**
 * A half-open span of domain time with both bounds.
 *
 * @param field of the request that gave it
 * @param fromMicros inclusive
 * @param toMicros exclusive, after {@code fromMicros}
 */
public record Span(String field, long fromMicros, long toMicros) {
  /**
   * @throws InvalidArgument naming the field
   */
  public Span {
    if (toMicros <= fromMicros) {
      throw InvalidArgument.field(field + ".to", "must be after " + field + ".from");
    }
  }

  long micros() {
    return toMicros - fromMicros;
  }

  /**
   * How many intervals of the grid the span touches.
   *
   * @throws InvalidArgument naming the field, if there are more than allowed
   */
  int intervals(Grid grid, int intervalsMax) {
    long count = grid.indexAt(toMicros - 1) - grid.indexAt(fromMicros) + 1;
    if (count > intervalsMax) {
      throw InvalidArgument.field(
          field,
          "spans %d intervals of %s; at most %d are possible: narrow it"
              .formatted(count, grid.step(), intervalsMax));
    }
    return (int) count;
  }
}
