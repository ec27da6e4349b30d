package dev.tidewatch.inference.forecast;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where answers are made that nobody waits for: one thread, behind the answers that somebody does.
 * What comes while the queue is full is left out and counted. Thread-safe.
 */
public final class Shadowing implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Shadowing.class);
  private static final int WAITING_MAX = 4_096;
  private static final Duration DRAIN_MAX = Duration.ofSeconds(2);

  private final ThreadPoolExecutor executor;
  private final ForecastMetrics metrics;

  private Shadowing(ThreadPoolExecutor executor, ForecastMetrics metrics) {
    this.executor = executor;
    this.metrics = metrics;
  }

  /** Starts its thread; the caller closes it. */
  public static Shadowing start(ForecastMetrics metrics) {
    var executor =
        new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING_MAX),
            Thread.ofPlatform().name("shadow-answers").daemon().factory());
    return new Shadowing(executor, metrics);
  }

  /** Counts one that is not even tried. */
  public void leaveOut() {
    metrics.shadowLeftOut();
  }

  /** False if it is left out. */
  public boolean submit(Runnable work) {
    try {
      executor.execute(() -> {
        try {
          work.run();
        } catch (RuntimeException e) {
          LOG.warn("a shadow answer failed", e);
        }
      });
      return true;
    } catch (RejectedExecutionException e) {
      metrics.shadowLeftOut();
      return false;
    }
  }

  /** Lets what waits be answered, for a short time. */
  @Override
  public void close() {
    executor.shutdown();
    try {
      if (!executor.awaitTermination(DRAIN_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
        executor.shutdownNow();
      }
    } catch (InterruptedException e) {
      executor.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
