package dev.tidewatch.monitor.api;

import dev.tidewatch.monitor.Page;
import dev.tidewatch.monitor.tuning.Tuning;
import dev.tidewatch.monitor.tuning.TuningChange;
import dev.tidewatch.monitor.tuning.TuningKey;
import dev.tidewatch.monitor.tuning.TuningStore;
import dev.tidewatch.proto.monitor.v1.TuningSnapshot;
import dev.tidewatch.proto.monitor.v1.WatchTuningResponse;
import dev.tidewatch.serverkit.grpc.PacedStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Sends one watcher all tunings, then what changes. The snapshot is read in pages, so it may
 * already hold changes behind its revision; those are sent again as changes, which does no harm.
 */
final class TuningWatch implements WatchPlaces.Watch<WatchTuningResponse> {
  private static final int TUNINGS_PER_MESSAGE = 1_000;

  private final TuningStore store;
  private final InstantSource clock;
  private final Optional<String> model;
  private final Duration lookInterval;
  private final BooleanSupplier draining;

  TuningWatch(
      TuningStore store,
      InstantSource clock,
      Optional<String> model,
      Duration lookInterval,
      BooleanSupplier draining) {
    this.store = store;
    this.clock = clock;
    this.model = model;
    this.lookInterval = lookInterval;
    this.draining = draining;
  }

  @Override
  public void follow(PacedStream<WatchTuningResponse> watcher) throws InterruptedException {
    changes(watcher, snapshot(watcher));
  }

  /** Returns the revision that it is at. */
  private long snapshot(PacedStream<WatchTuningResponse> watcher) throws InterruptedException {
    long revision = store.revision();
    Optional<TuningKey> after = Optional.empty();
    do {
      awaitReady(watcher);
      Page<Tuning, TuningKey> page =
          store.page(Optional.empty(), model, after, TUNINGS_PER_MESSAGE);
      var part = TuningSnapshot.newBuilder().setLast(page.next().isEmpty());
      page.items().forEach(tuning -> part.addTunings(TuningMessages.write(tuning)));
      watcher.sendNow(
          WatchTuningResponse.newBuilder().setRevision(revision).setSnapshot(part).build());
      after = page.next();
    } while (after.isPresent() && isWanted(watcher));
    return revision;
  }

  private void changes(PacedStream<WatchTuningResponse> watcher, long snapshotRevision)
      throws InterruptedException {
    long revision = snapshotRevision;
    long heartbeatAt = System.nanoTime() + LogWatch.HEARTBEAT.toNanos();
    while (isWanted(watcher)) {
      awaitReady(watcher);
      List<TuningChange> changes = store.changesAfter(revision, TUNINGS_PER_MESSAGE);
      for (TuningChange change : changes) {
        revision = change.revision();
        if (model.isEmpty() || model.get().equals(change.key().version().model())) {
          watcher.sendNow(message(change));
          heartbeatAt = System.nanoTime() + LogWatch.HEARTBEAT.toNanos();
        }
      }
      if (System.nanoTime() - heartbeatAt >= 0) {
        watcher.sendNow(
            WatchTuningResponse.newBuilder()
                .setRevision(revision)
                .setHeartbeat(LogWatch.heartbeat(clock))
                .build());
        heartbeatAt = System.nanoTime() + LogWatch.HEARTBEAT.toNanos();
      }
      if (changes.isEmpty()) {
        TimeUnit.NANOSECONDS.sleep(lookInterval.toNanos());
      }
    }
  }

  private boolean isWanted(PacedStream<WatchTuningResponse> watcher) {
    return !watcher.isEnded() && !draining.getAsBoolean();
  }

  private void awaitReady(PacedStream<WatchTuningResponse> watcher) throws InterruptedException {
    while (isWanted(watcher) && !watcher.awaitReady(LogWatch.HEARTBEAT)) {
      // The watcher is slow.
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
