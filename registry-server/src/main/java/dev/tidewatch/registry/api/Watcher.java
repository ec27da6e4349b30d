package dev.tidewatch.registry.api;

import dev.tidewatch.proto.registry.v1.WatchResponse;
import dev.tidewatch.registry.domain.ModelName;
import dev.tidewatch.registry.watch.Position;
import dev.tidewatch.registry.watch.StateReader;
import dev.tidewatch.registry.watch.Update;
import dev.tidewatch.serverkit.errors.Unavailable;
import dev.tidewatch.serverkit.grpc.PacedStream;
import dev.tidewatch.serverkit.lifecycle.HighWaterMark;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * One watcher. It keeps no queue: whenever it may send and the revision has moved, it reads what
 * leads from where it is to the present, so changes that fall together are sent as one and a slow
 * watcher costs nothing. The thread of its stream runs {@link #follow}.
 */
final class Watcher {
  private static final Duration RETRY_AFTER = Duration.ofMillis(200);

  private final StateReader state;
  private final HighWaterMark revisions;
  private final InstantSource clock;
  private final WatchLimits limits;
  private final PacedStream<WatchResponse> stream;
  private final Set<ModelName> models;
  private Position position;
  private long sentAtNanos;

  Watcher(
      StateReader state,
      HighWaterMark revisions,
      InstantSource clock,
      WatchLimits limits,
      PacedStream<WatchResponse> stream,
      Set<ModelName> models,
      Position from) {
    this.state = state;
    this.revisions = revisions;
    this.clock = clock;
    this.limits = limits;
    this.stream = stream;
    this.models = models;
    this.position = from;
  }

  void drain() {
    stream.fail(new Unavailable("SERVER_DRAINING", "the server stops; call again", RETRY_AFTER));
  }

  /** Returns when the call has ended. */
  void follow() throws InterruptedException {
    sentAtNanos = System.nanoTime();
    advance(true);
    while (!stream.isEnded()) {
      long newest = revisions.awaitAbove(position.revision(), untilHeartbeat());
      if (stream.isEnded()) {
        return;
      }
      if (newest > position.revision()) {
        advance(false);
      }
      if (untilHeartbeat().isZero()) {
        send(WatchMessages.heartbeat(position.revision(), clock.instant()));
      }
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
    if (!stream.awaitReady(limits.slowAfter()) && !stream.isEnded()) {
      throw new Unavailable(
          "WATCHER_SLOW",
          "nothing was taken for " + limits.slowAfter().toSeconds() + " s; call again",
          RETRY_AFTER);
    }
    if (stream.sendNow(message)) {
      sentAtNanos = System.nanoTime();
    }
  }

  private Duration untilHeartbeat() {
    long silence = System.nanoTime() - sentAtNanos;
    long left = limits.heartbeatInterval().toNanos() - silence;
    return left <= 0 ? Duration.ZERO : Duration.of(left, TimeUnit.NANOSECONDS.toChronoUnit());
  }
}
