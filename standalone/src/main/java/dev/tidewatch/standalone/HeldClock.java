package dev.tidewatch.standalone;

import dev.tidewatch.serverkit.time.ScaledClock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * A domain clock that runs {@code factor} times as fast as real time while it runs, and stands
 * still while it is held: to begin with, and whenever its owner waits for something. Never goes
 * back. Thread-safe.
 */
public final class HeldClock implements InstantSource {
  private static final Duration NAP = Duration.ofMillis(2);

  private final double factor;
  private final InstantSource realTime;

  // Guarded by this.
  private Instant stoodAt;
  private @Nullable ScaledClock running;
  private @Nullable Instant heldSince;
  private Duration held = Duration.ZERO;

  public HeldClock(Instant origin, double factor, InstantSource realTime) {
    this.stoodAt = origin;
    this.factor = factor;
    this.realTime = realTime;
  }

  /** Lets the time run on from where it stands; does nothing if it runs. */
  public synchronized void run() {
    if (running != null) {
      return;
    }
    if (heldSince != null) {
      held = held.plus(Duration.between(heldSince, realTime.instant()));
      heldSince = null;
    }
    running = ScaledClock.startingAt(stoodAt, factor, realTime);
  }

  /** Stops the time; does nothing if it stands. */
  public synchronized void hold() {
    if (running == null) {
      return;
    }
    stoodAt = running.instant();
    running = null;
    heldSince = realTime.instant();
  }

  @Override
  public synchronized Instant instant() {
    return running == null ? stoodAt : running.instant();
  }

  /** Real time for which it was held between its runs. */
  public synchronized Duration held() {
    return held;
  }

  /** Sleeps until the clock shows at least {@code time}; at once if it does. */
  public void awaitInstant(Instant time) throws InterruptedException {
    for (var now = instant(); now.isBefore(time); now = instant()) {
      Thread.sleep(napUntil(time, now));
    }
  }

  private synchronized Duration napUntil(Instant time, Instant now) {
    return running == null ? NAP : running.toBase(Duration.between(now, time)).plusNanos(100_000);
  }
}
