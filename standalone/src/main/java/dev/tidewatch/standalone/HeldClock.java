package dev.tidewatch.standalone;

import dev.tidewatch.serverkit.time.ScaledClock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * A domain clock that stands still at an origin until it is started, and then runs {@code factor}
 * times as fast as real time. Thread-safe.
 */
public final class HeldClock implements InstantSource {
  private final Instant origin;
  private final double factor;
  private final InstantSource realTime;
  private volatile @Nullable ScaledClock running;

  public HeldClock(Instant origin, double factor, InstantSource realTime) {
    this.origin = origin;
    this.factor = factor;
    this.realTime = realTime;
  }

  /** Lets the time run from the origin on. */
  public synchronized void start() {
    if (running != null) {
      throw new IllegalStateException("started already");
    }
    running = ScaledClock.startingAt(origin, factor, realTime);
  }

  @Override
  public Instant instant() {
    var clock = running;
    return clock == null ? origin : clock.instant();
  }

  /**
   * Sleeps until the clock shows at least {@code time}; at once if it does.
   *
   * @throws IllegalStateException if it has not been started
   */
  public void awaitInstant(Instant time) throws InterruptedException {
    var clock = running;
    if (clock == null) {
      throw new IllegalStateException("not started");
    }
    for (var now = clock.instant(); now.isBefore(time); now = clock.instant()) {
      Thread.sleep(clock.toBase(Duration.between(now, time)).plusNanos(100_000));
    }
  }
}
