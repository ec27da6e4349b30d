package dev.tidewatch.standalone.demo;

import java.time.Duration;

/** The ways a sensor of the demo building fails. */
public enum FaultKind {
  /** Repeats its last good value, to the last digit, for some hours. */
  STUCK(Duration.ofHours(1)),
  /** Walks away from the truth in a straight line for more than a day, until it is calibrated. */
  DRIFT(Duration.ofHours(24)),
  /** Reports one to three readings far from the truth. */
  SPIKE(Duration.ofHours(1)),
  /** Is off by a constant for some hours. */
  LEVEL_SHIFT(Duration.ofHours(1));

  private final Duration findWithin;

  FaultKind(Duration findWithin) {
    this.findWithin = findWithin;
  }

  /** How long after its onset a fault of this kind counts as found. */
  public Duration findWithin() {
    return findWithin;
  }
}
