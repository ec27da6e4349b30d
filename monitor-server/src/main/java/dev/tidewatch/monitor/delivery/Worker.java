package dev.tidewatch.monitor.delivery;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that takes turns: at once again while there is more, else when its signal is raised or
 * the interval is over. A turn that fails is logged once until one succeeds, and tried again.
 */
final class Worker implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Worker.class);
  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);
  private static final Duration CLOSE_WAIT = Duration.ofSeconds(10);

  private final String name;
  private final Signal signal;
  private final Duration interval;
  private final BooleanSupplier turn;
  private final Thread thread;
  private volatile boolean closing;

  /**
   * @param turn returns true if there may be more to do at once
   */
  Worker(String name, Signal signal, Duration interval, BooleanSupplier turn) {
    this.name = name;
    this.signal = signal;
    this.interval = interval;
    this.turn = turn;
    this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  private void run() {
    boolean failing = false;
    while (!closing) {
      Duration pause = interval;
      try {
        if (turn.getAsBoolean()) {
          pause = Duration.ZERO;
        }
        if (failing) {
          log.info("{} works again", name);
          failing = false;
        }
      } catch (RuntimeException e) {
        if (!closing && !failing) {
          log.warn("{} failed, trying again every {}", name, PAUSE_AFTER_FAILURE, e);
        }
        failing = true;
        pause = PAUSE_AFTER_FAILURE;
      }
      try {
        if (!pause.isZero()) {
          signal.await(pause);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** Lets the turn under way end. */
  @Override
  public void close() {
    closing = true;
    signal.raise();
    if (thread.getState() == Thread.State.NEW) {
      return;
    }
    try {
      thread.join(CLOSE_WAIT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
