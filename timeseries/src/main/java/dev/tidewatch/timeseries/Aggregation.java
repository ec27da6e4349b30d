package dev.tidewatch.timeseries;

/** How the readings of one grid interval become one value. */
public enum Aggregation {
  /** Arithmetic mean of the readings. */
  MEAN,
  /** The newest reading; of two at the same time, the one given last. */
  LAST,
  /** Sum of the readings. */
  SUM,
  /** Largest reading. */
  MAX,
  /** Smallest reading. */
  MIN
}
