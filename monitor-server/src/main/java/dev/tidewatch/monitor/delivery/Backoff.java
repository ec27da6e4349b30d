package dev.tidewatch.monitor.delivery;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Pauses between attempts: doubling from the least to the longest, of which half is drawn by lot so
 * that what failed together does not come again together.
 */
record Backoff(Duration least, Duration longest) {
  /**
   * The pause after a failed attempt.
   *
   * @param attempt from 1
   */
  Duration after(int attempt, RandomGenerator random) {
    int doublings = Math.min(attempt - 1, 30);
    double full = Math.min((double) longest.toNanos(), least.toNanos() * Math.pow(2, doublings));
    return Duration.ofNanos((long) (full * (0.5 + random.nextDouble() / 2)));
  }
}
