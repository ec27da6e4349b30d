package dev.tidewatch.trainer.worker;

import dev.tidewatch.models.training.TrainingProgress;
import dev.tidewatch.sdk.RetrainClient;
import dev.tidewatch.sdk.TidewatchException;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Keeps a lease while its worker trains, by heartbeats, and interrupts the worker when the work is
 * in vain: the task was cancelled, the lease is lost, or the monitor was silent for longer than the
 * term. A thread of its own.
 */
final class LeaseKeeper implements TrainingProgress, AutoCloseable {
  private final RetrainClient client;
  private final String taskId;
  private final long fence;
  private final WorkerSettings settings;
  private final Thread worker;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;
  private final Object lock = new Object();

  private volatile double progress;
  private volatile String note = "leased";
  private boolean closed;
  private String lost = "";

  /**
   * @param worker interrupted when the lease is lost
   */
  LeaseKeeper(
      RetrainClient client, String taskId, long fence, WorkerSettings settings, Thread worker) {
    this.client = client;
    this.taskId = taskId;
    this.fence = fence;
    this.settings = settings;
    this.worker = worker;
    this.thread = Thread.ofPlatform().daemon().name("lease-keeper").unstarted(this::run);
  }

  LeaseKeeper start() {
    thread.start();
    return this;
  }

  @Override
  public void at(String stage, double fraction) {
    progress = Math.clamp(fraction, 0, 1);
    note = String.format(Locale.ROOT, "%s, %.0f %%", stage, 100 * progress);
  }

  /** Why the work is in vain; empty if it is not. */
  String lost() {
    synchronized (lock) {
      return lost;
    }
  }

  private void run() {
    long heardNanos = System.nanoTime();
    try {
      while (!closing.await(settings.heartbeat().toMillis(), TimeUnit.MILLISECONDS)) {
        try {
          if (client.heartbeat(taskId, fence, progress, note).getCancelled()) {
            giveUp("the task was cancelled");
            return;
          }
          heardNanos = System.nanoTime();
        } catch (TidewatchException e) {
          if (!e.isTransient()) {
            giveUp(String.valueOf(e.getMessage()));
            return;
          }
          if (System.nanoTime() - heardNanos > settings.lease().toNanos()) {
            giveUp("the monitor did not answer for the length of the lease: " + e.getMessage());
            return;
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void giveUp(String why) {
    synchronized (lock) {
      if (!closed) {
        lost = why;
        worker.interrupt();
      }
    }
  }

  /** No interrupt comes after this. */
  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
    }
    closing.countDown();
  }
}
