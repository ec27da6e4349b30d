package dev.tidewatch.sdk;

import dev.tidewatch.proto.monitor.v1.AnomalyEvent;
import dev.tidewatch.proto.monitor.v1.WatchAnomaliesRequest;
import dev.tidewatch.proto.monitor.v1.WatchAnomaliesResponse;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Follows the anomaly log over broken connections, without gap or repeat: after each break it goes
 * on behind the last change that it handed over.
 */
public final class AnomalyWatch {
  private final MonitorClient monitor;
  private final Backoff backoff;
  private final RandomGenerator random;
  private WatchAnomaliesRequest next;

  /**
   * @param first where to begin; its resume token is kept up to date
   */
  public AnomalyWatch(
      MonitorClient monitor, WatchAnomaliesRequest first, Backoff backoff, RandomGenerator random) {
    this.monitor = monitor;
    this.next = first;
    this.backoff = backoff;
    this.random = random;
  }

  /**
   * Hands each change over, until interrupted.
   *
   * @param changes takes them in commit order, on this thread
   * @param breaks hears of each failure that will be tried again
   * @throws TidewatchException at a failure that another try would only repeat
   */
  public void run(Consumer<AnomalyEvent> changes, Consumer<TidewatchException> breaks)
      throws InterruptedException {
    int failures = 0;
    while (true) {
      try (var stream = monitor.watchAnomalies(next)) {
        while (stream.hasNext()) {
          WatchAnomaliesResponse message = stream.next();
          failures = 0;
          if (message.hasChange()) {
            changes.accept(message.getChange());
          }
          if (!message.getResumeToken().isEmpty()) {
            next = next.toBuilder().setResumeToken(message.getResumeToken()).build();
          }
        }
      } catch (TidewatchException e) {
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        if (!e.isTransient()) {
          throw e;
        }
        breaks.accept(e);
      }
      failures++;
      Duration wait = backoff.afterFailures(failures, random);
      Thread.sleep(wait);
      monitor.reconnectNow();
    }
  }
}
