package dev.tidewatch.monitor.api;

import dev.tidewatch.monitor.Page;
import dev.tidewatch.monitor.tuning.Tuning;
import dev.tidewatch.monitor.tuning.TuningChange;
import dev.tidewatch.monitor.tuning.TuningKey;
import dev.tidewatch.monitor.tuning.TuningStore;
import dev.tidewatch.proto.monitor.v1.StreamHeartbeat;
import dev.tidewatch.proto.monitor.v1.TuningSnapshot;
import dev.tidewatch.proto.monitor.v1.WatchTuningResponse;
import dev.tidewatch.serverkit.errors.Unavailable;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Sends one watcher all tunings, then what changes, on a virtual thread of its own. The snapshot is
 * read in pages, so it may already hold changes behind its revision; those are sent again as
 * changes, which does no harm.
 */
final class TuningWatch implements Runnable {
  private static final int TUNINGS_PER_MESSAGE = 1_000;
  private static final Duration HEARTBEAT = Duration.ofSeconds(1);

  private final TuningStore store;
  private final InstantSource clock;
  private final Optional<String> model;
  private final Duration lookInterval;
  private final BooleanSupplier draining;
  private final ServerCallStreamObserver<WatchTuningResponse> watcher;
  private final Semaphore ready = new Semaphore(0);

  /** To be made on the call's own thread: it sets the handlers of {@code watcher}. */
  TuningWatch(
      TuningStore store,
      InstantSource clock,
      Optional<String> model,
      Duration lookInterval,
      BooleanSupplier draining,
      ServerCallStreamObserver<WatchTuningResponse> watcher) {
    this.store = store;
    this.clock = clock;
    this.model = model;
    this.lookInterval = lookInterval;
    this.draining = draining;
    this.watcher = watcher;
    watcher.setOnReadyHandler(ready::release);
    watcher.setOnCancelHandler(ready::release);
  }

  @Override
  public void run() {
    try {
      follow(snapshot());
      if (!watcher.isCancelled()) {
        watcher.onError(
            new Unavailable(
                "SERVER_DRAINING",
                "the server is going down; connect again",
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

  /** Returns the revision that it is at. */
  private long snapshot() throws InterruptedException {
    long revision = store.revision();
    Optional<TuningKey> after = Optional.empty();
    do {
      awaitReady();
      Page<Tuning, TuningKey> page =
          store.page(Optional.empty(), model, after, TUNINGS_PER_MESSAGE);
      var part = TuningSnapshot.newBuilder().setLast(page.next().isEmpty());
      page.items().forEach(tuning -> part.addTunings(TuningMessages.write(tuning)));
      watcher.onNext(
          WatchTuningResponse.newBuilder().setRevision(revision).setSnapshot(part).build());
      after = page.next();
    } while (after.isPresent() && isWanted());
    return revision;
  }

  private void follow(long snapshotRevision) throws InterruptedException {
    long revision = snapshotRevision;
    long heartbeatAt = System.nanoTime() + HEARTBEAT.toNanos();
    while (isWanted()) {
      awaitReady();
      List<TuningChange> changes = store.changesAfter(revision, TUNINGS_PER_MESSAGE);
      for (TuningChange change : changes) {
        revision = change.revision();
        if (model.isEmpty() || model.get().equals(change.key().version().model())) {
          watcher.onNext(message(change));
          heartbeatAt = System.nanoTime() + HEARTBEAT.toNanos();
        }
      }
      if (System.nanoTime() - heartbeatAt >= 0) {
        watcher.onNext(
            WatchTuningResponse.newBuilder()
                .setRevision(revision)
                .setHeartbeat(StreamHeartbeat.newBuilder().setTime(Wire.time(clock.instant())))
                .build());
        heartbeatAt = System.nanoTime() + HEARTBEAT.toNanos();
      }
      if (changes.isEmpty()) {
        TimeUnit.NANOSECONDS.sleep(lookInterval.toNanos());
      }
    }
  }

  private boolean isWanted() {
    return !watcher.isCancelled() && !draining.getAsBoolean();
  }

  private void awaitReady() throws InterruptedException {
    while (!watcher.isReady() && isWanted()) {
      ready.drainPermits();
      if (!watcher.isReady() && isWanted()) {
        var _ = ready.tryAcquire(HEARTBEAT.toMillis(), TimeUnit.MILLISECONDS);
      }
    }
  }

  private static WatchTuningResponse message(TuningChange change) {
    var message = WatchTuningResponse.newBuilder().setRevision(change.revision());
    change
        .after()
        .ifPresentOrElse(
            tuning -> message.setChanged(TuningMessages.write(tuning)),
            () -> message.setReset(TuningMessages.writeReset(change)));
    return message.build();
  }
}
