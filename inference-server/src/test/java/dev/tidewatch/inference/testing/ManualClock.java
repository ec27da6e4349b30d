package dev.tidewatch.inference.testing;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Domain time that moves when the test says so. */
public final class ManualClock implements InstantSource {
  private volatile Instant now;

  public ManualClock(Instant now) {
    this.now = now;
  }

  @Override
  public Instant instant() {
    return now;
  }

  public void set(Instant time) {
    now = time;
  }

  public synchronized void advance(Duration duration) {
    now = now.plus(duration);
  }
}
