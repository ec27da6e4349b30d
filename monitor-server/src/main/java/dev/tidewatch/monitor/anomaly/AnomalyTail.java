package dev.tidewatch.monitor.anomaly;

import dev.tidewatch.monitor.LogTail;
import java.time.Duration;

/** Wakes whoever waits for changes of the anomaly log. */
public final class AnomalyTail extends LogTail {
  public AnomalyTail(AnomalyStore store, Duration lookInterval) {
    super("anomaly-tail", () -> store.head().position(), lookInterval);
  }

  public AnomalyTail start() {
    begin();
    return this;
  }
}
