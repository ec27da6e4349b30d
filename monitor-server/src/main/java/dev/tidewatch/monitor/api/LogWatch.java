package dev.tidewatch.monitor.api;

import dev.tidewatch.monitor.LogTail;
import dev.tidewatch.proto.monitor.v1.StreamHeartbeat;
import dev.tidewatch.serverkit.grpc.PacedStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/**
 * Sends one watcher what happens in a log. It reads from the log only when the watcher takes more,
 * and a little at a time, so that a slow one costs a page of memory and nobody else's time.
 *
 * @param <M> messages of the watch
 */
final class LogWatch<M> implements WatchPlaces.Watch<M> {
  static final Duration HEARTBEAT = Duration.ofSeconds(1);

  private static final int CHANGES_PER_READ = 100;

  private final Log<M> log;
  private final LogTail tail;
  private final InstantSource clock;
  private long position;

  /**
   * @param clock domain time
   * @param position of the newest change that the watcher knows
   */
  LogWatch(Log<M> log, LogTail tail, InstantSource clock, long position) {
    this.log = log;
    this.tail = tail;
    this.clock = clock;
    this.position = position;
  }

  /** A log, as one watcher wants to be told of it. */
  interface Log<M> {
    /** The next changes behind a position, oldest first. */
    News<M> after(long position, int changesMax);

    M heartbeat(long position, StreamHeartbeat heartbeat);
  }

  /**
   * A few changes.
   *
   * @param messages of those that the watcher wants
   * @param position of the last change, wanted or not; the one that was asked for if there is none
   * @param full whether there may be more
   */
  record News<M>(List<M> messages, long position, boolean full) {}

  @Override
  public void follow(PacedStream<M> watcher) throws InterruptedException {
    long heartbeatAt = System.nanoTime();
    while (!watcher.isEnded() && !tail.isClosed()) {
      if (!watcher.awaitReady(HEARTBEAT)) {
        continue;
      }
      News<M> news = log.after(position, CHANGES_PER_READ);
      position = news.position();
      List<M> messages = news.messages();
      if (messages.isEmpty() && System.nanoTime() - heartbeatAt >= 0) {
        messages = List.of(log.heartbeat(position, heartbeat(clock)));
      }
      messages.forEach(watcher::sendNow);
      if (!messages.isEmpty()) {
        heartbeatAt = System.nanoTime() + HEARTBEAT.toNanos();
      }
      if (!news.full()) {
        tail.await(position, Duration.ofNanos(Math.max(1, heartbeatAt - System.nanoTime())));
      }
    }
  }

  static StreamHeartbeat heartbeat(InstantSource clock) {
    return StreamHeartbeat.newBuilder().setTime(Wire.time(clock.instant())).build();
  }
}
