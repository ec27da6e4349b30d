package dev.tidewatch.inference;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A thread that works until it is closed. */
final class Worker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
  private static final long CLOSE_WAIT_MILLIS = 5_000;

  private final Thread thread;

  private Worker(Thread thread) {
    this.thread = thread;
  }

  /**
   * @param work ends when its thread is interrupted
   */
  static Worker start(String name, Runnable work) {
    return new Worker(
        Thread.ofPlatform()
            .name(name)
            .daemon()
            .uncaughtExceptionHandler((_, e) -> LOG.error("{} has ended", name, e))
            .start(work));
  }

  /** Interrupts, and waits a little for the end. */
  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join(CLOSE_WAIT_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (thread.isAlive()) {
      LOG.warn("{} does not end", thread.getName());
    }
  }
}
