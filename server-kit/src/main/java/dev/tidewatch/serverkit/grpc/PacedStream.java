package dev.tidewatch.serverkit.grpc;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.grpc.Context;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A stream of answers written by a thread of its own, which waits while the client is slow.
 * Thread-safe, but meant for one writer.
 */
public final class PacedStream<T> {
  private static final int READY_BYTES = 512 << 10;

  /** A bound on each wait, should a signal be lost between the test and the wait. */
  private static final long SIGNAL_WAIT_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final ServerCallStreamObserver<T> out;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  @GuardedBy("lock")
  private boolean ended;

  /** To be called before the call's handler returns. */
  public PacedStream(ServerCallStreamObserver<T> out) {
    this.out = out;
    out.setOnReadyHandler(this::signal);
    out.setOnCancelHandler(this::stop);
  }

  /**
   * A stream of large messages: one may wait in the transport while the next is made, so that the
   * connection is never idle for want of one.
   */
  public static <T> PacedStream<T> of(ServerCallStreamObserver<T> out) {
    out.setOnReadyThreshold(READY_BYTES);
    return new PacedStream<>(out);
  }

  /** What a stream is made of; it sends through {@link #send}. */
  @FunctionalInterface
  public interface Work {
    void run() throws InterruptedException;
  }

  /**
   * Does the work on a thread of its own and ends the stream after it. Not on the call's thread:
   * that one brings the news that the client is ready for more.
   */
  public void start(String threadName, Work work) {
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

  /** Whether the client is gone, or the stream was completed or failed. */
  public boolean isEnded() {
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
  public boolean send(T message) throws InterruptedException {
    lock.lock();
    try {
      while (!ended && !out.isReady()) {
        long _ = changed.awaitNanos(SIGNAL_WAIT_NANOS);
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

  /**
   * Sends without waiting: for a few messages after {@link #awaitReady}. False if the call has
   * ended.
   */
  public boolean sendNow(T message) {
    lock.lock();
    try {
      if (!ended) {
        out.onNext(message);
      }
      return !ended;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until the client can take more: for whoever reads what to send only then.
   *
   * @return false if the call has ended, or the client is still slow after this time
   */
  public boolean awaitReady(Duration longest) throws InterruptedException {
    long giveUp = System.nanoTime() + longest.toNanos();
    lock.lock();
    try {
      while (!ended && !out.isReady()) {
        long nanos = giveUp - System.nanoTime();
        if (nanos <= 0) {
          return false;
        }
        long _ = changed.awaitNanos(Math.min(nanos, SIGNAL_WAIT_NANOS));
        ended |= out.isCancelled();
      }
      return !ended;
    } finally {
      lock.unlock();
    }
  }

  /** Ends the stream well, if it has not ended. */
  public void complete() {
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

  /** Ends the stream with an error, if it has not ended; whoever waits to send is woken. */
  public void fail(Throwable cause) {
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
