package dev.tidewatch.models.detection;

import java.util.EnumSet;
import java.util.Set;

/**
 * Distance from a moving average. {@code method=standard}: |value - mean| / standard deviation over
 * the newest {@code window} readings. {@code method=seasonal}: moving averages of the distance from
 * a profile of the week, over half an hour, 3 and 12 hours: for shifts and slow drifts, blind to
 * single readings.
 */
public final class MovingAverageFamily extends OnlineDetectorFamily {
  public static final String ID = "moving-average";

  @Override
  public String id() {
    return ID;
  }

  @Override
  Set<Cause> defaultWatch() {
    return EnumSet.of(Cause.SHIFT, Cause.DRIFT);
  }

  @Override
  boolean isMoving() {
    return true;
  }
}
