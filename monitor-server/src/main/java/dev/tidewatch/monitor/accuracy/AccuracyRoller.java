package dev.tidewatch.monitor.accuracy;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rolls days up, on a thread of its own. It works at most a fifth of the time, so that predictions
 * of long ago, which open days again as they are recorded, cannot keep it busy.
 */
public final class AccuracyRoller implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(AccuracyRoller.class);

  private static final int DAYS_PER_TURN = 200;
  private static final int REST_PER_WORK = 4;
  private static final Duration REOPEN_INTERVAL = Duration.ofMinutes(10);
  private static final Duration CLOSE_WAIT = Duration.ofSeconds(20);

  private final AccuracyRollups rollups;
  private final InstantSource clock;
  private final Duration interval;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;

  /**
   * @param clock domain time
   * @param interval how often days that are over are looked for, in real time
   */
  public AccuracyRoller(AccuracyRollups rollups, InstantSource clock, Duration interval) {
    this.rollups = rollups;
    this.clock = clock;
    this.interval = interval;
    this.thread = Thread.ofPlatform().daemon().name("accuracy-roller").unstarted(this::run);
  }

  public AccuracyRoller start() {
    thread.start();
    return this;
  }

  private void run() {
    long reopenAt = System.nanoTime();
    boolean failing = false;
    while (true) {
      long begun = System.nanoTime();
      Duration pause = interval;
      try {
        if (begun - reopenAt >= 0) {
          rollups.reopenUnfinished();
          reopenAt = begun + REOPEN_INTERVAL.toNanos();
        }
        boolean more = rollups.roll(clock.instant(), DAYS_PER_TURN) == DAYS_PER_TURN;
        Duration rest = Duration.ofNanos((System.nanoTime() - begun) * REST_PER_WORK);
        pause = more || rest.compareTo(interval) > 0 ? rest : interval;
        failing = false;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (RuntimeException e) {
        if (!failing) {
          log.warn("Accuracy is not rolled up, trying again every {}", interval, e);
        }
        failing = true;
      }
      try {
        if (closing.await(pause.toNanos(), TimeUnit.NANOSECONDS)) {
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
