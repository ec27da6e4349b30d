package dev.tidewatch.monitor.tuning;

import dev.tidewatch.monitor.TextField;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import java.time.Instant;
import java.util.List;

/**
 * Adaptations of one version for one series.
 *
 * @param revision of the change that made this state
 * @param thresholdFactor what a detector's threshold is multiplied by; 1: as trained
 * @param conformalOffsets added outwards to both ends of the intervals, by step, in the unit of the
 *     series; the last holds for later steps
 * @param changedAt domain time
 * @param reason why, with figures
 */
public record Tuning(
    TuningKey key,
    long revision,
    double thresholdFactor,
    List<Double> conformalOffsets,
    Instant changedAt,
    String reason) {
  public static final double FACTOR_MIN = 0.1;
  public static final double FACTOR_MAX = 10;
  public static final int OFFSETS_MAX = 10_000;

  /** What a caller may write, and what the server writes before it. */
  private static final int REASON_MAX = 1_100;

  /**
   * @throws InvalidArgument naming the field
   */
  public Tuning {
    if (!(thresholdFactor >= FACTOR_MIN && thresholdFactor <= FACTOR_MAX)) {
      throw InvalidArgument.field(
          "threshold_factor",
          "is %s; it must be 0.1 to 10, where 1 is as trained".formatted(thresholdFactor));
    }
    if (conformalOffsets.size() > OFFSETS_MAX) {
      throw InvalidArgument.field(
          "conformal_offsets",
          "has %d values; at most %d are allowed".formatted(conformalOffsets.size(), OFFSETS_MAX));
    }
    conformalOffsets = List.copyOf(conformalOffsets);
    for (double offset : conformalOffsets) {
      if (!Double.isFinite(offset)) {
        throw new InvalidArgument(
            "VALUE_NOT_FINITE",
            "conformal_offsets",
            "holds %s; all must be finite".formatted(offset));
      }
    }
    TextField.require("reason", reason, 1, REASON_MAX);
  }

  /** Names this state. */
  public String etag() {
    return Long.toString(revision);
  }
}
