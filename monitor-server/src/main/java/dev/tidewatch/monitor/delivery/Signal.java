package dev.tidewatch.monitor.delivery;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Wakes one waiting thread; a call while it does not wait counts for its next wait. */
final class Signal {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition raised = lock.newCondition();
  private boolean up;

  void raise() {
    lock.lock();
    try {
      up = true;
      raised.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until it is raised or the time is over, and takes it down. */
  void await(Duration longest) throws InterruptedException {
    long nanos = longest.toNanos();
    lock.lockInterruptibly();
    try {
      while (!up && nanos > 0) {
        nanos = raised.awaitNanos(nanos);
      }
      up = false;
    } finally {
      lock.unlock();
    }
  }
}
