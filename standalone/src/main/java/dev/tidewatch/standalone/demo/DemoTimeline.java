package dev.tidewatch.standalone.demo;

import java.time.Duration;
import java.time.Instant;

/**
 * When what happens in the demo, in domain time.
 *
 * @param start of the history
 * @param liveStart end of the history, from when on readings come one by one
 * @param liveEnd end of the scenario; the last fault can be found before it
 * @param step between two readings of a series
 * @param factor domain seconds in a second of real time
 */
record DemoTimeline(
    Instant start, Instant liveStart, Instant liveEnd, Duration step, double factor) {
  /** A Monday at midnight where the building stands, in a winter without public holidays. */
  private static final Instant LIVE_START = Instant.parse("2026-03-01T23:00:00Z");

  private static final Duration HISTORY = Duration.ofDays(90);
  private static final Duration LIVE = Duration.ofDays(5);
  private static final Duration STEP = Duration.ofMinutes(5);

  DemoTimeline {
    if (!start.isBefore(liveStart) || !liveStart.isBefore(liveEnd)) {
      throw new IllegalArgumentException("start, liveStart, liveEnd are not in order");
    }
    if (!step.isPositive() || !(factor > 0)) {
      throw new IllegalArgumentException("step, factor: " + step + ", " + factor);
    }
  }

  /** 90 days of history and five live days, at the given speed. */
  static DemoTimeline atFactor(double factor) {
    return new DemoTimeline(
        LIVE_START.minus(HISTORY), LIVE_START, LIVE_START.plus(LIVE), STEP, factor);
  }
}
