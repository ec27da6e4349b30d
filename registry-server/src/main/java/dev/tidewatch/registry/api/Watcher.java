package dev.tidewatch.registry.api;

import dev.tidewatch.proto.registry.v1.WatchResponse;
import dev.tidewatch.registry.domain.ModelName;
import dev.tidewatch.registry.watch.Position;
import dev.tidewatch.registry.watch.RevisionFollower;
import dev.tidewatch.registry.watch.StateReader;
import dev.tidewatch.registry.watch.Update;
import dev.tidewatch.serverkit.errors.Unavailable;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One watcher. It keeps no queue: whenever it may send and the revision has moved, it reads what
 * leads from where it is to the present, so changes that fall together are sent as one and a slow
 * watcher costs nothing. Its own thread runs {@link #follow}; gRPC's threads only wake it.
 */
final class Watcher {
  private static final Duration RETRY_AFTER = Duration.ofMillis(200);

  private final StateReader state;
  private final RevisionFollower revisions;
  private final InstantSource clock;
  private final WatchLimits limits;
  private final ServerCallStreamObserver<WatchResponse> call;
  private final Set<ModelName> models;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private Position position;
  private boolean cancelled;
  private boolean draining;
  private long sentAtNanos;

  Watcher(
      StateReader state,
      RevisionFollower revisions,
      InstantSource clock,
      WatchLimits limits,
      ServerCallStreamObserver<WatchResponse> call,
      Set<ModelName> models,
      Position from) {
    this.state = state;
    this.revisions = revisions;
    this.clock = clock;
    this.limits = limits;
    this.call = call;
    this.models = models;
    this.position = from;
  }

  /** To be called on the call's own thread, before it returns. */
  void listen() {
    call.setOnReadyHandler(() -> signal(() -> {}));
    call.setOnCancelHandler(() -> signal(() -> cancelled = true));
  }

  void drain() {
    signal(() -> draining = true);
  }

  void follow() {
    try {
      sentAtNanos = System.nanoTime();
      advance(true);
      while (goesOn()) {
        long newest = revisions.awaitBeyond(position.revision(), untilHeartbeat());
        if (!goesOn()) {
          break;
        }
        if (newest > position.revision()) {
          advance(false);
        }
        if (untilHeartbeat().isZero()) {
          send(WatchMessages.heartbeat(position.revision(), clock.instant()));
        }
      }
      if (isDraining()) {
        call.onError(
            new Unavailable("SERVER_DRAINING", "the server stops; call again", RETRY_AFTER));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      call.onError(e);
    }
  }

  /**
   * Brings the watcher to the present.
   *
   * @param first something is sent in any case
   */
  private void advance(boolean first) throws InterruptedException {
    switch (state.from(position, models)) {
      case Update.Snapshot snapshot -> {
        for (WatchResponse part : WatchMessages.snapshot(snapshot, limits.partItems())) {
          send(part);
        }
        position = new Position(snapshot.registryId().toString(), snapshot.revision());
      }
      case Update.Delta delta -> {
        if (!delta.isEmpty()) {
          send(WatchMessages.delta(delta));
        } else if (first) {
          send(WatchMessages.heartbeat(delta.revision(), clock.instant()));
        }
        position = new Position(position.registryId(), delta.revision());
      }
    }
  }

  private void send(WatchResponse message) throws InterruptedException {
    awaitReady();
    if (goesOn()) {
      call.onNext(message);
      sentAtNanos = System.nanoTime();
    }
  }

  private void awaitReady() throws InterruptedException {
    lock.lock();
    try {
      long nanos = limits.slowAfter().toNanos();
      while (!call.isReady() && !cancelled && !draining) {
        if (nanos <= 0) {
          throw new Unavailable(
              "WATCHER_SLOW",
              "nothing was taken for " + limits.slowAfter().toSeconds() + " s; call again",
              RETRY_AFTER);
        }
        nanos = changed.awaitNanos(nanos);
      }
    } finally {
      lock.unlock();
    }
  }

  private Duration untilHeartbeat() {
    long silence = System.nanoTime() - sentAtNanos;
    long left = limits.heartbeatInterval().toNanos() - silence;
    return left <= 0 ? Duration.ZERO : Duration.of(left, TimeUnit.NANOSECONDS.toChronoUnit());
  }

  private boolean goesOn() {
    lock.lock();
    try {
      return !cancelled && !draining && !call.isCancelled();
    } finally {
      lock.unlock();
    }
  }

  private boolean isDraining() {
    lock.lock();
    try {
      return draining && !cancelled && !call.isCancelled();
    } finally {
      lock.unlock();
    }
  }

  private void signal(Runnable change) {
    lock.lock();
    try {
      change.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
