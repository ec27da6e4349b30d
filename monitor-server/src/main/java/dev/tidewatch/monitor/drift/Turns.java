package dev.tidewatch.monitor.drift;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that does a piece of work again and again, until it is closed. It rests three times as
 * long as the work took, so that it never takes more than a quarter of a core; a failure is told
 * once and tried again.
 */
final class Turns implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Turns.class);
  private static final Duration CLOSE_WAIT = Duration.ofSeconds(20);

  private final Runnable work;
  private final Duration interval;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;

  Turns(String name, Duration interval, Runnable work) {
    this.work = work;
    this.interval = interval;
    this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
  }

  Turns start() {
    thread.start();
    return this;
  }

  boolean isClosing() {
    return closing.getCount() == 0;
  }

  private void run() {
    boolean failing = false;
    while (!isClosing()) {
      long begun = System.nanoTime();
      try {
        work.run();
        failing = false;
      } catch (RuntimeException e) {
        if (!failing && !isClosing()) {
          log.warn("{} failed; it is tried again every {}", thread.getName(), interval, e);
        }
        failing = true;
      }
      try {
        long rest = Math.max(interval.toNanos(), 3 * (System.nanoTime() - begun));
        if (closing.await(rest, TimeUnit.NANOSECONDS)) {
          return;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  @Override
  public void close() {
    closing.countDown();
    if (thread.getState() == Thread.State.NEW) {
      return;
    }
    try {
      thread.join(CLOSE_WAIT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
