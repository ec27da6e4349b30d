package dev.tidewatch.sdk;

import dev.tidewatch.proto.monitor.v1.AlertEvent;
import dev.tidewatch.proto.monitor.v1.WatchAlertsRequest;
import dev.tidewatch.proto.monitor.v1.WatchAlertsResponse;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Follows the transitions of alerts over broken connections, without gap or repeat: after each
 * break it goes on behind the last one that it handed over.
 */
public final class AlertWatch {
  private final AlertClient alerts;
  private final Backoff backoff;
  private final RandomGenerator random;
  private WatchAlertsRequest next;

  /**
   * @param first where to begin; its resume token is kept up to date
   */
  public AlertWatch(
      AlertClient alerts, WatchAlertsRequest first, Backoff backoff, RandomGenerator random) {
    this.alerts = alerts;
    this.next = first;
    this.backoff = backoff;
    this.random = random;
  }

  /**
   * Hands each transition over, until interrupted.
   *
   * @param transitions takes them in commit order, on this thread
   * @param breaks hears of each failure that will be tried again
   * @throws TidewatchException at a failure that another try would only repeat
   */
  public void run(Consumer<AlertEvent> transitions, Consumer<TidewatchException> breaks)
      throws InterruptedException {
    int failures = 0;
    while (true) {
      try (var stream = alerts.watch(next)) {
        while (stream.hasNext()) {
          WatchAlertsResponse message = stream.next();
          failures = 0;
          if (message.hasTransition()) {
            transitions.accept(message.getTransition());
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
      alerts.reconnectNow();
    }
  }
}
