package dev.tidewatch.models.detection;

import java.util.EnumSet;
import java.util.Set;

/**
 * Standard deviations from what is expected. {@code method=standard}: |value - mean| / standard
 * deviation over all earlier readings. {@code method=seasonal}: robust z-scores of the reading, its
 * run length, and its moving averages against a profile of the week.
 */
public final class ZScoreFamily extends OnlineDetectorFamily {
  public static final String ID = "zscore";

  @Override
  public String id() {
    return ID;
  }

  @Override
  Set<Cause> defaultWatch() {
    return EnumSet.of(Cause.DEVIATION, Cause.STUCK, Cause.SHIFT, Cause.DRIFT);
  }

  @Override
  boolean isMoving() {
    return false;
  }
}
