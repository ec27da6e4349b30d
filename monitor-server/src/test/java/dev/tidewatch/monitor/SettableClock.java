package dev.tidewatch.monitor;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Stands still until it is told otherwise. Thread-safe. */
public final class SettableClock implements InstantSource {
  private volatile Instant time;

  public SettableClock(Instant start) {
    this.time = start;
  }

  public synchronized void advance(Duration by) {
    time = time.plus(by);
  }

  @Override
  public Instant instant() {
    return time;
  }
}
