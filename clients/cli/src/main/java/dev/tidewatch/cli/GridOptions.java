package dev.tidewatch.cli;

import dev.tidewatch.models.bundle.BundleManifest;
import dev.tidewatch.timeseries.Aggregation;
import dev.tidewatch.timeseries.Grid;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** On which grid, and how far ahead. */
final class GridOptions {
  @Option(
      names = "--step",
      paramLabel = "DURATION",
      description = "Width of the grid that readings are put on (their usual distance).")
  private @Nullable String step;

  @Option(
      names = "--aggregate",
      paramLabel = "HOW",
      description = "Readings of one step become one value: mean, last, sum, max or min (mean).")
  private String aggregate = "mean";

  @Option(
      names = "--horizon",
      paramLabel = "LENGTH",
      description = "Furthest forecast: a time such as 24h, or a number of steps (24h).")
  private String horizon = "24h";

  /** The width given, or the one that fits the series' readings. */
  Duration width(Session session, String series) {
    return step != null
        ? session.duration("--step", step)
        : new UsualStep(session.tidewatch().ingest()).of(series);
  }

  Grid grid(Session session, Duration width) {
    try {
      return Grid.ofStep(width).withZone(session.options().zone()).withAggregation(aggregation());
    } catch (IllegalArgumentException e) {
      throw new UsageException("--step: " + e.getMessage());
    }
  }

  int horizonSteps(Session session, Duration width) {
    return Math.max(1, steps(session, "--horizon", horizon, width));
  }

  /** A length of time or a number of steps, in steps, rounded up. */
  static int steps(Session session, String option, String text, Duration width) {
    try {
      if (!text.isEmpty() && text.chars().allMatch(Character::isDigit)) {
        return Integer.parseInt(text);
      }
    } catch (NumberFormatException e) {
      throw new UsageException(option + ": " + text + " is too large");
    }
    long steps = Math.ceilDiv(session.duration(option, text).toMillis(), width.toMillis());
    return (int)
        Math.min(
            steps, option.equals("--horizon") ? BundleManifest.HORIZON_MAX : Integer.MAX_VALUE);
  }

  private Aggregation aggregation() {
    try {
      return Aggregation.valueOf(aggregate.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new UsageException(
          "--aggregate: '" + aggregate + "' is none of mean, last, sum, max, min");
    }
  }
}
