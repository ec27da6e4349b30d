package dev.tidewatch.monitor.api;

import dev.tidewatch.monitor.anomaly.AnomalyFilter;
import dev.tidewatch.monitor.anomaly.AnomalyStore;
import dev.tidewatch.monitor.anomaly.AnomalyStore.ChangedAnomaly;
import dev.tidewatch.monitor.anomaly.AnomalyTail;
import dev.tidewatch.proto.monitor.v1.AnomalyEvent;
import dev.tidewatch.proto.monitor.v1.StreamHeartbeat;
import dev.tidewatch.proto.monitor.v1.WatchAnomaliesResponse;
import dev.tidewatch.serverkit.errors.Unavailable;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Sends one watcher what happens, on a virtual thread of its own. It reads from the log only when
 * the watcher takes more, and a little at a time, so that a slow one costs a page of memory and
 * nobody else's time.
 */
final class AnomalyWatch implements Runnable {
  private static final int CHANGES_PER_READ = 100;
  private static final Duration HEARTBEAT = Duration.ofSeconds(1);

  private final AnomalyStore store;
  private final AnomalyTail tail;
  private final InstantSource clock;
  private final AnomalyFilter filter;
  private final long epoch;
  private final ServerCallStreamObserver<WatchAnomaliesResponse> watcher;
  private final Semaphore ready = new Semaphore(0);
  private long position;

  /**
   * To be made on the call's own thread: it sets the handlers of {@code watcher}.
   *
   * @param position of the newest change that the watcher knows
   */
  AnomalyWatch(
      AnomalyStore store,
      AnomalyTail tail,
      InstantSource clock,
      AnomalyFilter filter,
      long epoch,
      long position,
      ServerCallStreamObserver<WatchAnomaliesResponse> watcher) {
    this.store = store;
    this.tail = tail;
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
      List<ChangedAnomaly> changes = store.changesAfter(position, CHANGES_PER_READ);
      boolean sent = false;
      for (ChangedAnomaly change : changes) {
        position = change.change().position();
        if (filter.matches(change.anomaly())) {
          watcher.onNext(event(change));
          sent = true;
        }
      }
      if (sent) {
        heartbeatAt = System.nanoTime() + HEARTBEAT.toNanos();
      } else if (System.nanoTime() - heartbeatAt >= 0) {
        watcher.onNext(heartbeat());
        heartbeatAt = System.nanoTime() + HEARTBEAT.toNanos();
      }
      if (changes.size() < CHANGES_PER_READ) {
        tail.await(position, Duration.ofNanos(Math.max(1, heartbeatAt - System.nanoTime())));
      }
    }
  }

  private WatchAnomaliesResponse event(ChangedAnomaly change) {
    return WatchAnomaliesResponse.newBuilder()
        .setResumeToken(ResumeToken.of(epoch, position))
        .setChange(
            AnomalyEvent.newBuilder()
                .setChange(AnomalyMessages.write(change.change()))
                .setAnomaly(AnomalyMessages.write(change.anomaly())))
        .build();
  }

  private WatchAnomaliesResponse heartbeat() {
    return WatchAnomaliesResponse.newBuilder()
        .setResumeToken(ResumeToken.of(epoch, position))
        .setHeartbeat(StreamHeartbeat.newBuilder().setTime(Wire.time(clock.instant())))
        .build();
  }
}
