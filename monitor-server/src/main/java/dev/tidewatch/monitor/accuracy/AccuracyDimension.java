package dev.tidewatch.monitor.accuracy;

/** By what figures are split, in the order in which groups are sorted. */
public enum AccuracyDimension {
  SERIES,
  VERSION,
  ROLE,
  STEP
}
