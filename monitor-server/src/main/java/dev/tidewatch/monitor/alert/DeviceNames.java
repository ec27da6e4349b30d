package dev.tidewatch.monitor.alert;

/** Knows what series belong to. */
@FunctionalInterface
public interface DeviceNames {
  /** By name alone: what is before the last segment; empty for a name of one segment. */
  DeviceNames BY_NAME = series -> series.substring(0, Math.max(0, series.lastIndexOf('/')));

  /** The device of a series; empty if it has none. Answers at once. */
  String deviceOf(String series);
}
