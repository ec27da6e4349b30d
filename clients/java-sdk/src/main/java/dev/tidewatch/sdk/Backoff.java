package dev.tidewatch.sdk;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Growing waits between tries: doubling from {@code first} to {@code longest}, each drawn evenly
 * from its upper half so that many clients do not return together.
 *
 * @param first the first wait before jitter; positive
 * @param longest no wait is longer; at least {@code first}
 */
public record Backoff(Duration first, Duration longest) {
  /** 100 ms growing to 10 s. */
  public static final Backoff USUAL = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(10));

  public Backoff {
    if (!first.isPositive() || longest.compareTo(first) < 0) {
      throw new IllegalArgumentException(
          "first, longest: " + first + ", " + longest + " are not positive and in order");
    }
  }

  /**
   * The wait after a number of failures in a row.
   *
   * @param failures at least 1
   */
  Duration afterFailures(int failures, RandomGenerator random) {
    int doublings = Math.min(Math.max(failures - 1, 0), 30);
    long ceilingNanos = first.toNanos();
    for (int i = 0; i < doublings && ceilingNanos < longest.toNanos(); i++) {
      ceilingNanos *= 2;
    }
    ceilingNanos = Math.min(ceilingNanos, longest.toNanos());
    long halfNanos = ceilingNanos / 2;
    return Duration.ofNanos(halfNanos + random.nextLong(ceilingNanos - halfNanos + 1));
  }
}
