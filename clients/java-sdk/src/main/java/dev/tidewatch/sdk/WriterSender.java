package dev.tidewatch.sdk;

import dev.tidewatch.proto.ingest.v1.BatchAcknowledgement;
import dev.tidewatch.proto.ingest.v1.WriterOpened;
import io.grpc.Channel;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Brings an outbox to the server: connects, sends, hears the answers, and connects again. Runs on a
 * virtual thread of its own; answers come on the channel's threads.
 */
final class WriterSender implements Runnable {
  /** Batches taken out of the outbox at a time. */
  private static final int TAKEN_MAX = 64;

  private final String writerId;
  private final WriterSettings settings;
  private final Duration openWithin;
  private final Outbox outbox;
  private final IngestListener listener;
  private final Channel channel;
  private final Runnable reconnectNow;
  private final RandomGenerator random;
  private final ReentrantLock telling = new ReentrantLock();

  WriterSender(
      String writerId,
      WriterSettings settings,
      Duration openWithin,
      Outbox outbox,
      IngestListener listener,
      Channel channel,
      Runnable reconnectNow,
      RandomGenerator random) {
    this.writerId = writerId;
    this.settings = settings;
    this.openWithin = openWithin;
    this.outbox = outbox;
    this.listener = listener;
    this.channel = channel;
    this.reconnectNow = reconnectNow;
    this.random = random;
  }

  @Override
  public void run() {
    try {
      while (true) {
        var next = new WriterStream(this, channel, writerId, settings.createSeries());
        if (!outbox.startOn(next)) {
          return;
        }
        next.start();
        TidewatchException cause = pump(next);
        if (cause == null || !recover(cause)) {
          return;
        }
        reconnectNow.run();
      }
    } catch (InterruptedException e) {
      outbox.fail(
          TidewatchException.of(Status.Code.CANCELLED, "INTERRUPTED", "the sender was stopped"));
    } catch (RuntimeException e) {
      outbox.fail(TidewatchException.from(e));
    }
  }

  /** Sends on one stream until it breaks; null when the writer is closed. */
  private @Nullable TidewatchException pump(WriterStream on) throws InterruptedException {
    var found = new ArrayList<PendingBatch>(TAKEN_MAX);
    while (true) {
      Outbox.Leaving leaving = outbox.awaitBatches(on, found, TAKEN_MAX);
      if (leaving == null) {
        for (PendingBatch batch : found) {
          on.send(batch.message());
        }
        found.clear();
        continue;
      }
      return switch (leaving) {
        case FAILED -> null;
        case CLOSED -> {
          on.finish();
          yield null;
        }
        case BROKEN -> on.broken();
        case SILENT -> {
          on.cancel();
          yield TidewatchException.of(
              Status.Code.UNAVAILABLE,
              "ACKNOWLEDGEMENT_TIMEOUT",
              "the server was silent for " + settings.acknowledgementTimeout());
        }
      };
    }
  }

  /** Waits before the next try; false if there shall be none. */
  private boolean recover(TidewatchException cause) throws InterruptedException {
    if (isFinal(cause)) {
      outbox.fail(cause);
      return false;
    }
    Outbox.Retry retry = outbox.countFailure(cause, openWithin);
    if (!retry.worthwhile()) {
      outbox.fail(cause);
      return false;
    }
    Duration usual = settings.backoff().afterFailures(retry.failuresInARow(), random);
    Duration wait = cause.retryDelay().filter(asked -> asked.compareTo(usual) > 0).orElse(usual);
    tell(listener -> listener.disconnected(cause, wait));
    return outbox.pause(wait.toNanos());
  }

  private static boolean isFinal(TidewatchException cause) {
    if (cause.hasReason("SEQUENCE_FORGOTTEN") || cause.isTransient()) {
      return false;
    }
    return cause.code() != Status.Code.CANCELLED;
  }

  private void tell(Consumer<IngestListener> what) {
    telling.lock();
    try {
      what.accept(listener);
    } catch (RuntimeException e) {
      outbox.fail(
          TidewatchException.of(
              Status.Code.CANCELLED, "LISTENER_FAILED", "the listener threw " + e));
    } finally {
      telling.unlock();
    }
  }

  /** Something about the stream changed. */
  void wake() {
    outbox.wake();
  }

  void opened(WriterStream from, WriterOpened reply) {
    if (outbox.opened(from, reply)) {
      tell(listener -> listener.connected(reply.getEpoch()));
    }
  }

  void acknowledged(WriterStream from, BatchAcknowledgement reply) {
    Acknowledgement acknowledgement = outbox.acknowledged(from, reply);
    if (acknowledgement != null) {
      tell(listener -> listener.acknowledged(acknowledgement));
      outbox.told(acknowledgement);
    }
  }
}
