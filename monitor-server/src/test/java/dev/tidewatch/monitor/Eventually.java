package dev.tidewatch.monitor;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** Waits for something to come true, patiently: the machine may be busy. */
public final class Eventually {
  private static final Duration LONGEST = Duration.ofSeconds(60);

  private Eventually() {}

  /** Fails if it does not come true within a minute. */
  public static void holds(String what, Callable<Boolean> condition) throws Exception {
    long end = System.nanoTime() + LONGEST.toNanos();
    while (!condition.call()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("still not after " + LONGEST + ": " + what);
      }
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }
}
