package dev.tidewatch.monitor.ledger;

import dev.tidewatch.monitor.FeedPosition;
import dev.tidewatch.monitor.ModelVersion;
import dev.tidewatch.monitor.TextField;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.timeseries.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.UUID;

/**
 * One forecast of one series from one origin.
 *
 * @param grid lateness in whole seconds
 * @param alias through which the version was reached; empty: by its number
 * @param originMicros start of the first predicted interval, on the grid, at a time that the
 *     database can hold
 * @param maseScale positive and finite, if there is one
 * @param lastValue grid value of the interval before the origin
 * @param lastReadingAt newest reading that the model saw
 * @param feedPosition commit that the history was read at
 * @param issuedAt domain time of the answer
 * @param tuningRevision 0: none
 * @param fallback seasonal naive stood in
 * @param traceparent W3C trace context; empty: none
 */
public record Prediction(
    SeriesName series,
    Grid grid,
    ModelVersion version,
    String alias,
    PredictionRole role,
    long originMicros,
    PredictedSteps steps,
    OptionalDouble maseScale,
    OptionalDouble lastValue,
    Optional<Instant> lastReadingAt,
    FeedPosition feedPosition,
    Instant issuedAt,
    PredictionCause cause,
    long tuningRevision,
    boolean fallback,
    String traceparent) {
  /** Longest horizon. */
  public static final Duration SPAN_MAX = Duration.ofDays(731);

  private static final long ORIGIN_MICROS_MIN =
      Times.toMicros(Instant.parse("1900-01-01T00:00:00Z"));
  private static final long ORIGIN_MICROS_MAX =
      Times.toMicros(Instant.parse("2200-01-01T00:00:00Z"));

  /**
   * @throws InvalidArgument naming the field
   */
  public Prediction {
    TextField.require("alias", alias, 0, 64);
    TextField.require("traceparent", traceparent, 0, 55);
    if (grid.lateness().toNanosPart() != 0) {
      throw InvalidArgument.field(
          "grid.lateness", "is %s; it must be whole seconds".formatted(grid.lateness()));
    }
    if (originMicros < ORIGIN_MICROS_MIN || originMicros >= ORIGIN_MICROS_MAX) {
      throw new InvalidArgument(
          "TIME_OUT_OF_RANGE", "origin", "must lie between the years 1900 and 2200");
    }
    if (grid.startMicros(grid.indexAt(originMicros)) != originMicros) {
      throw new InvalidArgument(
          "ORIGIN_OFF_GRID",
          "origin",
          "%s is not the start of an interval of the grid; the next one starts at %s"
              .formatted(
                  Times.toInstant(originMicros),
                  Times.toInstant(grid.startMicros(grid.indexAtOrAfter(originMicros)))));
    }
    if (grid.step().multipliedBy(steps.count()).compareTo(SPAN_MAX) > 0) {
      throw InvalidArgument.field(
          "means",
          "%d steps of %s span more than %d days"
              .formatted(steps.count(), grid.step(), SPAN_MAX.toDays()));
    }
    if (maseScale.isPresent()
        && !(maseScale.getAsDouble() > 0 && Double.isFinite(maseScale.getAsDouble()))) {
      throw InvalidArgument.field(
          "mase_scale", "is %s; it must be positive or absent".formatted(maseScale.getAsDouble()));
    }
    if (lastValue.isPresent() && !Double.isFinite(lastValue.getAsDouble())) {
      throw new InvalidArgument(
          "VALUE_NOT_FINITE",
          "last_value",
          "is %s; it must be finite or absent".formatted(lastValue.getAsDouble()));
    }
    if (tuningRevision < 0) {
      throw InvalidArgument.field(
          "tuning_revision", "is %d; it must be at least 0".formatted(tuningRevision));
    }
  }

  /** Equal for equal (series, grid, version, origin, role). */
  public UUID id() {
    return PredictionId.of(series, grid, version, role, originMicros);
  }

  /** Number of the target interval of a step, counted from 0. */
  public long targetIndex(int step) {
    return grid.indexAt(originMicros) + step;
  }
}
