package dev.tidewatch.monitor.alert;

import dev.tidewatch.monitor.LogTail;
import java.time.Duration;

/** Wakes whoever waits for transitions of alerts. */
public final class AlertTail extends LogTail {
  public AlertTail(AlertStore store, Duration lookInterval) {
    super("alert-tail", () -> store.head().position(), lookInterval);
  }

  public AlertTail start() {
    begin();
    return this;
  }
}
