package dev.tidewatch.standalone.demo;

import java.time.Instant;

/**
 * One fault of one sensor.
 *
 * @param point whose readings are wrong; never the physics behind them, so no other point shows it
 * @param kind how it fails
 * @param onset the first wrong reading
 * @param end the first good reading afterwards
 * @param size the signed offset in the point's unit: of each reading for a spike or a level shift,
 *     at {@code end} for a drift, 0 for a stuck sensor
 */
record PlantedFault(BuildingPoint point, FaultKind kind, Instant onset, Instant end, double size) {
  PlantedFault {
    if (!end.isAfter(onset)) {
      throw new IllegalArgumentException("end: " + end + " is not after " + onset);
    }
    if (!point.canFail()) {
      throw new IllegalArgumentException("point: " + point + " does not fail");
    }
    if (!Double.isFinite(size) || (kind == FaultKind.STUCK) != (size == 0)) {
      throw new IllegalArgumentException("size: " + size + " of " + kind);
    }
  }

  boolean isActive(Instant time) {
    return !time.isBefore(onset) && time.isBefore(end);
  }

  /** What the sensor reports at {@code time} instead of {@code good}, having last reported well. */
  double report(Instant time, double good, double lastGood) {
    return switch (kind) {
      case STUCK -> lastGood;
      case SPIKE, LEVEL_SHIFT -> good + size;
      case DRIFT -> {
        double whole = end.getEpochSecond() - onset.getEpochSecond();
        yield good + size * (time.getEpochSecond() - onset.getEpochSecond()) / whole;
      }
    };
  }
}
