package dev.tidewatch.models.detection;

/** What about a reading is unusual. */
public enum Cause {
  /** Nothing. */
  NONE,
  /** The value itself is far from what was expected. */
  DEVIATION,
  /** The value repeats for longer than this series ever does. */
  STUCK,
  /** The mean of the last hours is off. */
  SHIFT,
  /** The mean of the last day is off. */
  DRIFT
}
