package dev.tidewatch.monitor.anomaly;

import dev.tidewatch.monitor.ContentId;
import dev.tidewatch.monitor.FeedPosition;
import dev.tidewatch.monitor.TextField;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.timeseries.Times;
import java.time.Instant;
import java.util.OptionalDouble;
import java.util.UUID;

/**
 * What a detector found. Values are in the unit of the series.
 *
 * @param time of the reading, or start of the grid interval; whole microseconds
 * @param score at least 0; larger is stranger
 * @param detector registered model of the detector
 * @param alias through which the version ran; may be empty
 * @param kind as the detector names it
 * @param reason one sentence for people; may be empty
 * @param tuningRevision 0: none
 * @param feedPosition the commit that held the reading
 * @param traceparent W3C trace context of the detection; may be empty
 */
public record Anomaly(
    SeriesName series,
    Instant time,
    double value,
    OptionalDouble expected,
    OptionalDouble lower,
    OptionalDouble upper,
    double score,
    Severity severity,
    String detector,
    String detectorVersion,
    String alias,
    String kind,
    String reason,
    long tuningRevision,
    FeedPosition feedPosition,
    String traceparent) {
  private static final Instant TIME_MIN = Instant.parse("1900-01-01T00:00:00Z");
  private static final Instant TIME_MAX = Instant.parse("2200-01-01T00:00:00Z");

  /**
   * @throws InvalidArgument naming the field
   */
  public Anomaly {
    if (time.isBefore(TIME_MIN) || !time.isBefore(TIME_MAX)) {
      throw new InvalidArgument(
          "TIME_OUT_OF_RANGE", "time", "must lie between the years 1900 and 2200");
    }
    requireFinite("value", value);
    expected.ifPresent(v -> requireFinite("expected", v));
    lower.ifPresent(v -> requireFinite("lower", v));
    upper.ifPresent(v -> requireFinite("upper", v));
    requireFinite("score", score);
    if (score < 0) {
      throw InvalidArgument.field("score", "is %s; it must be at least 0".formatted(score));
    }
    TextField.require("detector", detector, 1, 128);
    TextField.require("detector_version", detectorVersion, 1, 64);
    TextField.require("alias", alias, 0, 64);
    TextField.require("kind", kind, 1, 64);
    TextField.require("reason", reason, 0, 1000);
    TextField.require("traceparent", traceparent, 0, 55);
    if (tuningRevision < 0) {
      throw InvalidArgument.field(
          "tuning_revision", "is %d; it must be at least 0".formatted(tuningRevision));
    }
  }

  private static void requireFinite(String field, double value) {
    if (!Double.isFinite(value)) {
      throw new InvalidArgument(
          "VALUE_NOT_FINITE", field, "is %s; it must be finite".formatted(value));
    }
  }

  /** Equal for equal (series, time, detector, version). */
  public UUID id() {
    return ContentId.of(
        series.value(), Long.toString(Times.toMicros(time)), detector, detectorVersion);
  }
}
