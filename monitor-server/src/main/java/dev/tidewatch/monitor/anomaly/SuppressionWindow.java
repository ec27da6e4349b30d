package dev.tidewatch.monitor.anomaly;

import dev.tidewatch.monitor.TextField;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.timeseries.SeriesName;
import java.time.Instant;
import java.util.UUID;

/**
 * A time in which anomalies are expected.
 *
 * @param seriesPattern exact series or, with a trailing {@code *}, a prefix
 * @param from inclusive, domain time
 * @param to exclusive, after {@code from}
 * @param createdAt domain time
 */
public record SuppressionWindow(
    UUID id,
    String seriesPattern,
    Instant from,
    Instant to,
    String reason,
    String actor,
    Instant createdAt) {
  private static final int PREFIX_BYTES_MAX = 255;

  /**
   * @throws InvalidArgument naming the field
   */
  public SuppressionWindow {
    requirePattern(seriesPattern);
    if (!from.isBefore(to)) {
      throw InvalidArgument.field(
          "range", "is empty: from %s to %s; to must be later".formatted(from, to));
    }
    TextField.require("reason", reason, 1, 1000);
    TextField.require("actor", actor, 1, 128);
  }

  private static void requirePattern(String pattern) {
    TextField.require("series_pattern", pattern, 1, PREFIX_BYTES_MAX + 1);
    if (pattern.equals("*")) {
      return;
    }
    // A prefix may end anywhere in a name, so it is checked as the name that one letter more makes.
    String name =
        pattern.endsWith("*") ? pattern.substring(0, pattern.length() - 1) + "x" : pattern;
    try {
      var _ = new SeriesName(name);
    } catch (IllegalArgumentException e) {
      throw InvalidArgument.field(
          "series_pattern",
          "is neither a series name nor the beginning of one with a trailing *: " + e.getMessage());
    }
  }

  /** True if the window covers the series at the time. */
  public boolean covers(String series, Instant time) {
    boolean named =
        seriesPattern.endsWith("*")
            ? series.startsWith(seriesPattern.substring(0, seriesPattern.length() - 1))
            : series.equals(seriesPattern);
    return named && !time.isBefore(from) && time.isBefore(to);
  }

  /** True if the other asks for the same, whenever it was made. */
  public boolean asksForTheSameAs(SuppressionWindow other) {
    return seriesPattern.equals(other.seriesPattern)
        && from.equals(other.from)
        && to.equals(other.to)
        && reason.equals(other.reason)
        && actor.equals(other.actor);
  }
}
