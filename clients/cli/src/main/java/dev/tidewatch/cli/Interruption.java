package dev.tidewatch.cli;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets long work end in its own way when the user presses Ctrl-C: its thread is interrupted, and
 * the program waits a while for it to leave nothing half-done.
 */
final class Interruption {
  private static final int WAIT_SECONDS = 20;

  private Interruption() {}

  /** What a command does. */
  @FunctionalInterface
  interface Work {
    int run() throws IOException;
  }

  /** Does the work on the caller's thread; returns what it returns. */
  static int guard(Work work) throws IOException {
    var done = new CountDownLatch(1);
    Thread worker = Thread.currentThread();
    var hook = new Thread(() -> interrupt(worker, done), "interruption");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      return work.run();
    } finally {
      done.countDown();
      remove(hook);
    }
  }

  private static void interrupt(Thread worker, CountDownLatch done) {
    worker.interrupt();
    try {
      if (!done.await(WAIT_SECONDS, TimeUnit.SECONDS)) {
        worker.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void remove(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The program is ending: that is what the hook was for.
      return;
    }
  }
}
