package dev.tidewatch.registry;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that goes where the test says. */
public final class SettableClock implements InstantSource {
  private volatile Instant now;

  public SettableClock(String start) {
    now = Instant.parse(start);
  }

  public synchronized void set(String time) {
    now = Instant.parse(time);
  }

  public synchronized void advance(Duration by) {
    now = now.plus(by);
  }

  @Override
  public Instant instant() {
    return now;
  }
}
