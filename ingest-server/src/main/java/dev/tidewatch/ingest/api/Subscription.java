package dev.tidewatch.ingest.api;

import dev.tidewatch.ingest.feed.FeedBlock;
import dev.tidewatch.ingest.feed.FeedHead;
import dev.tidewatch.ingest.feed.FeedPosition;
import dev.tidewatch.ingest.feed.FeedStore;
import dev.tidewatch.proto.ingest.v1.FeedHeartbeat;
import dev.tidewatch.proto.ingest.v1.SubscribeResponse;
import dev.tidewatch.serverkit.errors.OutOfRange;
import dev.tidewatch.serverkit.grpc.PacedStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;

/** One Subscribe call: a thread that reads blocks as fast as its client takes them. */
final class Subscription implements Runnable {
  private static final long READ_BYTES_MAX = 4L << 20;

  private final FeedStore store;
  private final FeedHead feedHead;
  private final InstantSource clock;
  private final Set<Integer> shards;
  private final SectionFilter filter;
  private final Duration heartbeatInterval;
  private final PacedStream<byte[]> stream;
  private volatile long cursor;
  private long lastSentNanos;

  /**
   * @param after the position it starts after
   * @param shards empty: all
   */
  Subscription(
      FeedStore store,
      FeedHead feedHead,
      InstantSource clock,
      long after,
      Set<Integer> shards,
      SectionFilter filter,
      Duration heartbeatInterval,
      PacedStream<byte[]> stream) {
    this.store = store;
    this.feedHead = feedHead;
    this.clock = clock;
    this.cursor = after;
    this.shards = Set.copyOf(shards);
    this.filter = filter;
    this.heartbeatInterval = heartbeatInterval;
    this.stream = stream;
  }

  /** Commits that it has not sent yet. */
  long lag() {
    return Math.max(0, feedHead.position().position() - cursor);
  }

  void end(Throwable cause) {
    stream.fail(cause);
  }

  @Override
  public void run() {
    try {
      if (!heartbeat()) {
        return;
      }
      while (!stream.isEnded()) {
        if (feedHead.position().position() > cursor) {
          if (!sendBlocks()) {
            return;
          }
        } else {
          Duration left = heartbeatInterval.minusNanos(System.nanoTime() - lastSentNanos);
          feedHead.awaitBeyond(cursor, left.isPositive() ? left : Duration.ZERO);
        }
        if (System.nanoTime() - lastSentNanos >= heartbeatInterval.toNanos() && !heartbeat()) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Throwable e) {
      stream.fail(e);
    }
  }

  private boolean sendBlocks() throws InterruptedException {
    List<FeedBlock> blocks =
        store.read(cursor, feedHead.position().position(), shards, READ_BYTES_MAX);
    // After the read: what was pruned before it is missing from it, what is pruned later is not.
    requireKept(store, cursor);
    for (FeedBlock block : blocks) {
      FeedBlock wanted = filter.apply(block);
      if (!wanted.sections().isEmpty()) {
        if (!stream.send(EncodedBlocks.encode(wanted))) {
          return false;
        }
        lastSentNanos = System.nanoTime();
      }
      cursor = block.position().position();
    }
    return true;
  }

  private boolean heartbeat() throws InterruptedException {
    FeedPosition head = feedHead.position();
    lastSentNanos = System.nanoTime();
    return stream.send(
        SubscribeResponse.newBuilder()
            .setHeartbeat(
                FeedHeartbeat.newBuilder()
                    .setThrough(Protos.token(new FeedPosition(head.epoch(), cursor)))
                    .setHead(Protos.token(head))
                    .setServerTime(Protos.timestamp(clock.instant())))
            .build()
            .toByteArray());
  }

  static void requireKept(FeedStore store, long after) {
    long floor = store.floor();
    if (after < floor) {
      throw new OutOfRange(
              "FEED_TOKEN_EXPIRED",
              "after: blocks after position %d are no longer kept, the oldest token is %d; rebuild from a query"
                  .formatted(after, floor))
          .with("oldest_position", Long.toString(floor));
    }
  }
}
