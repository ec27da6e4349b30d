package dev.tidewatch.registry.watch;

import dev.tidewatch.serverkit.lifecycle.Pace;
import dev.tidewatch.serverkit.lifecycle.Rounds;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Knows the registry's newest revision: at once when this process made it, within a poll interval
 * when another replica did. Thread-safe.
 */
public final class RevisionFollower implements AutoCloseable {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition moved = lock.newCondition();
  private final Duration pollInterval;
  private long revision;
  private boolean closed;
  private @Nullable Rounds poller;

  public RevisionFollower(Duration pollInterval) {
    if (!pollInterval.isPositive()) {
      throw new IllegalArgumentException("pollInterval: " + pollInterval);
    }
    this.pollInterval = pollInterval;
  }

  /**
   * Begins to poll.
   *
   * @param newest asks the database
   */
  public void start(LongSupplier newest) {
    advance(newest.getAsLong());
    poller =
        Rounds.of("registry-revision", Pace.every(pollInterval), () -> advance(newest.getAsLong()))
            .startWithTheWait();
  }

  /** A change of this revision was committed. */
  public void advance(long committed) {
    lock.lock();
    try {
      if (committed > revision) {
        revision = committed;
        moved.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** The newest that is known. */
  public long revision() {
    lock.lock();
    try {
      return revision;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until there is a newer revision, for at most so long, or until the close. */
  public long awaitBeyond(long known, Duration atMost) throws InterruptedException {
    lock.lock();
    try {
      long nanos = atMost.toNanos();
      while (revision <= known && !closed && nanos > 0) {
        nanos = moved.awaitNanos(nanos);
      }
      return revision;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      moved.signalAll();
    } finally {
      lock.unlock();
    }
    if (poller != null) {
      poller.close();
    }
  }
}
