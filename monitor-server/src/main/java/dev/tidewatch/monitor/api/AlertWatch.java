package dev.tidewatch.monitor.api;

import dev.tidewatch.monitor.alert.Alert;
import dev.tidewatch.monitor.alert.AlertStore;
import dev.tidewatch.monitor.alert.AlertStore.ChangedAlert;
import dev.tidewatch.monitor.alert.AlertTail;
import dev.tidewatch.monitor.alert.Silence;
import dev.tidewatch.proto.monitor.v1.AlertEvent;
import dev.tidewatch.proto.monitor.v1.StreamHeartbeat;
import dev.tidewatch.proto.monitor.v1.WatchAlertsResponse;
import dev.tidewatch.serverkit.errors.Unavailable;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Sends one watcher the transitions of alerts, on a virtual thread of its own; reads them only when
 * the watcher takes more, and a little at a time, as {@link AnomalyWatch} does.
 */
final class AlertWatch implements Runnable {
  private static final int TRANSITIONS_PER_READ = 100;
  private static final Duration HEARTBEAT = Duration.ofSeconds(1);

  private final AlertStore store;
  private final AlertTail tail;
  private final SilencedAlerts silenced;
  private final InstantSource clock;
  private final Predicate<Alert> filter;
  private final long epoch;
  private final ServerCallStreamObserver<WatchAlertsResponse> watcher;
  private final Semaphore ready = new Semaphore(0);
  private long position;

  /**
   * To be made on the call's own thread: it sets the handlers of {@code watcher}.
   *
   * @param position of the newest transition that the watcher knows
   */
  AlertWatch(
      AlertStore store,
      AlertTail tail,
      SilencedAlerts silenced,
      InstantSource clock,
      Predicate<Alert> filter,
      long epoch,
      long position,
      ServerCallStreamObserver<WatchAlertsResponse> watcher) {
    this.store = store;
    this.tail = tail;
    this.silenced = silenced;
    this.clock = clock;
    this.filter = filter;
    this.epoch = epoch;
    this.position = position;
    this.watcher = watcher;
    watcher.setOnReadyHandler(ready::release);
    watcher.setOnCancelHandler(ready::release);
  }

  @Override
  public void run() {
    try {
      send();
      if (!watcher.isCancelled()) {
        watcher.onError(
            new Unavailable(
                "SERVER_DRAINING",
                "the server is going down; connect again with the newest resume_token",
                Duration.ofSeconds(1)));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      if (!watcher.isCancelled()) {
        watcher.onError(e);
      }
    }
  }

  private void send() throws InterruptedException {
    long heartbeatAt = System.nanoTime();
    while (!watcher.isCancelled() && !tail.isClosed()) {
      if (!watcher.isReady()) {
        ready.drainPermits();
        if (!watcher.isReady() && !watcher.isCancelled()) {
          ready.tryAcquire(HEARTBEAT.toMillis(), TimeUnit.MILLISECONDS);
        }
        continue;
      }
      List<ChangedAlert> changes = store.transitionsAfter(position, TRANSITIONS_PER_READ);
      List<Silence> silences = changes.isEmpty() ? List.of() : silenced.now();
      boolean sent = false;
      for (ChangedAlert change : changes) {
        position = change.transition().position();
        if (filter.test(change.alert())) {
          watcher.onNext(event(change, silences));
          sent = true;
        }
      }
      if (sent) {
        heartbeatAt = System.nanoTime() + HEARTBEAT.toNanos();
      } else if (System.nanoTime() - heartbeatAt >= 0) {
        watcher.onNext(heartbeat());
        heartbeatAt = System.nanoTime() + HEARTBEAT.toNanos();
      }
      if (changes.size() < TRANSITIONS_PER_READ) {
        tail.await(position, Duration.ofNanos(Math.max(1, heartbeatAt - System.nanoTime())));
      }
    }
  }

  private WatchAlertsResponse event(ChangedAlert change, List<Silence> silences) {
    return WatchAlertsResponse.newBuilder()
        .setResumeToken(ResumeToken.of(epoch, position))
        .setTransition(
            AlertEvent.newBuilder()
                .setTransition(AlertMessages.write(change.transition()))
                .setAlert(silenced.write(change.alert(), silences)))
        .build();
  }

  private WatchAlertsResponse heartbeat() {
    return WatchAlertsResponse.newBuilder()
        .setResumeToken(ResumeToken.of(epoch, position))
        .setHeartbeat(StreamHeartbeat.newBuilder().setTime(Wire.time(clock.instant())))
        .build();
  }
}
