package dev.tidewatch.inference.testing;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.opentest4j.AssertionFailedError;

/** Waits by asking again and again, generously: the machine may be busy. */
public final class Await {
  private static final long LONGEST_NANOS = Duration.ofSeconds(60).toNanos();

  private Await() {}

  public static void until(String what, Callable<Boolean> condition) {
    long end = System.nanoTime() + LONGEST_NANOS;
    try {
      while (!condition.call()) {
        if (System.nanoTime() > end) {
          throw new AssertionFailedError("did not happen: " + what);
        }
        Thread.sleep(10);
      }
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionFailedError("while waiting for: " + what, e);
    }
  }
}
