package dev.tidewatch.ingest;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the server does by the clock; a job that fails is logged and runs again at its next time.
 */
final class BackgroundJobs implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(BackgroundJobs.class);

  private final ScheduledExecutorService executor =
      Executors.newScheduledThreadPool(
          2, Thread.ofPlatform().daemon().name("ingest-job-", 0).factory());

  /** Runs the job again and again, so long after its last end. */
  void every(Duration interval, String name, Runnable job) {
    var _ =
        executor.scheduleWithFixedDelay(
            () -> {
              try {
                job.run();
              } catch (RuntimeException e) {
                log.warn("job '{}' failed", name, e);
              }
            },
            interval.toNanos(),
            interval.toNanos(),
            TimeUnit.NANOSECONDS);
  }

  @Override
  public void close() {
    executor.shutdownNow();
    executor.close();
  }
}
