package dev.tidewatch.ingest.api;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.grpc.Context;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A stream of answers written by a thread of its own, which waits while the client is slow.
 * Thread-safe, but meant for one writer.
 */
final class PacedStream<T> {
  private static final int READY_BYTES = 512 << 10;

  private final ServerCallStreamObserver<T> out;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  @GuardedBy("lock")
  private boolean ended;

  /** To be called before the call's handler returns. */
  PacedStream(ServerCallStreamObserver<T> out) {
    this.out = out;
    out.setOnReadyHandler(this::signal);
    out.setOnCancelHandler(this::stop);
  }

  /**
   * A stream of large messages: one may wait in the transport while the next is made, so that the
   * connection is never idle for want of one.
   */
  static <T> PacedStream<T> of(ServerCallStreamObserver<T> out) {
    out.setOnReadyThreshold(READY_BYTES);
    return new PacedStream<>(out);
  }

  /** What a stream is made of; it sends through {@link #send}. */
  interface Work {
    void run() throws InterruptedException;
  }

  /**
   * Does the work on a thread of its own and ends the stream after it. Not on the call's thread:
   * that one brings the news that the client is ready for more.
   */
  void start(String threadName, Work work) {
    Thread.ofVirtual()
        .name(threadName)
        .start(
            Context.current()
                .wrap(() -> {
                  try {
                    work.run();
                    complete();
                  } catch (InterruptedException e) {
                    // The client is gone.
                    Thread.currentThread().interrupt();
                  } catch (Throwable e) {
                    fail(e);
                  }
                }));
  }

  boolean isEnded() {
    lock.lock();
    try {
      return ended;
    } finally {
      lock.unlock();
    }
  }

  private void signal() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void stop() {
    lock.lock();
    try {
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until the client can take more, then sends; false if the call has ended. */
  boolean send(T message) throws InterruptedException {
    lock.lock();
    try {
      while (!ended && !out.isReady()) {
        // A bound on the wait, should a signal be lost between the test and the wait.
        boolean _ = changed.await(1, TimeUnit.SECONDS);
        ended |= out.isCancelled();
      }
      if (ended) {
        return false;
      }
      out.onNext(message);
      return true;
    } finally {
      lock.unlock();
    }
  }

  void complete() {
    lock.lock();
    try {
      if (!ended) {
        ended = true;
        out.onCompleted();
      }
    } finally {
      lock.unlock();
    }
  }

  void fail(Throwable cause) {
    lock.lock();
    try {
      if (!ended) {
        ended = true;
        changed.signalAll();
        out.onError(cause);
      }
    } finally {
      lock.unlock();
    }
  }
}
