package dev.tidewatch.monitor.analytics;

import java.util.Collection;

/** What the monitor itself knows about devices. Thread-safe. */
public interface DeviceRecords {
  /** Anomalies of these series in the span, but for false alarms. */
  long anomalies(Collection<String> series, Span span);

  /**
   * Mean health of a device, 0 to 100.
   *
   * @throws dev.tidewatch.serverkit.errors.FailedPrecondition INSUFFICIENT_HISTORY
   */
  double health(String device, Span span);
}
