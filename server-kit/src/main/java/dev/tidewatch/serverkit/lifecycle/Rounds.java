package dev.tidewatch.serverkit.lifecycle;

import dev.tidewatch.serverkit.errors.Unavailable;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work that a server does again and again by itself, on a daemon thread of its own.
 *
 * <p>Between two rounds it waits for the interval of its {@link Pace}, which {@link #wake} ends,
 * and at least for the rest that the pace asks for, which nothing ends but the close. A call of
 * {@code wake} during a round counts for the wait that follows.
 *
 * <p>A round that fails, be it with an error of the JVM, is followed by another one after a pause.
 * The failure is logged once, again when it becomes a different one, and so is its end. If a round
 * went on for twenty times the longest pause before it failed, that is a new failure.
 *
 * <p>The close interrupts a round under way and waits for its end, so that what was opened before
 * the rounds can be closed after them. Thread-safe.
 */
public final class Rounds implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Rounds.class);
  private static final Duration CLOSE_WAIT = Duration.ofSeconds(20);

  /** Longer than a round waits for a connection or an answer in vain. */
  private static final int LONG_PAUSES = 20;

  /** Work that is done when it returns. */
  @FunctionalInterface
  public interface Work {
    void run() throws InterruptedException;
  }

  /** Work that is done in pieces. */
  @FunctionalInterface
  public interface Pieces {
    /** Returns true if there may be more to do: the next piece does not wait for the interval. */
    boolean next() throws InterruptedException;
  }

  private final String name;
  private final Pace pace;
  private final Pieces pieces;
  private final Duration closeWait;
  private final Thread thread;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private volatile boolean closing;

  // Guarded by the lock.
  private boolean woken;

  // Set before the thread begins.
  private boolean waitsFirst;

  // Of the thread.
  private String complaint = "";
  private Duration pause;

  Rounds(String name, Pace pace, Pieces pieces, Duration closeWait) {
    this.name = name;
    this.pace = pace;
    this.pieces = pieces;
    this.closeWait = closeWait;
    this.pause = pace.pauseMin();
    this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
  }

  /**
   * Does the whole work in each round.
   *
   * @param name of the thread, and what log messages call the work
   */
  public static Rounds of(String name, Pace pace, Work work) {
    return ofPieces(
        name,
        pace,
        () -> {
          work.run();
          return false;
        });
  }

  /**
   * Does a piece of the work in each round.
   *
   * @param name of the thread, and what log messages call the work
   */
  public static Rounds ofPieces(String name, Pace pace, Pieces pieces) {
    return new Rounds(name, pace, pieces, CLOSE_WAIT);
  }

  /** Begins, at once; to be called once. After the close it does nothing. */
  public Rounds start() {
    return start(false);
  }

  /** As {@link #start}, but waits for the interval before the first round. */
  public Rounds startWithTheWait() {
    return start(true);
  }

  private Rounds start(boolean withTheWait) {
    lock.lock();
    try {
      if (!closing) {
        waitsFirst = withTheWait;
        thread.start();
      }
    } finally {
      lock.unlock();
    }
    return this;
  }

  /** There is something to do. */
  public void wake() {
    lock.lock();
    try {
      woken = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** True once the close was asked for: a long round looks at it now and then, and ends. */
  public boolean isClosing() {
    return closing;
  }

  private void run() {
    try {
      if (waitsFirst) {
        await(0, pace.interval().toNanos());
      }
      while (!closing) {
        round();
      }
    } catch (InterruptedException e) {
      if (!closing) {
        log.error("{} was interrupted, and has ended", name, e);
      }
    }
  }

  private void round() throws InterruptedException {
    long begun = System.nanoTime();
    Duration interval = pace.interval();
    Duration rest = Duration.ZERO;
    try {
      if (pieces.next()) {
        interval = Duration.ZERO;
      }
      worked();
    } catch (RuntimeException | Error e) {
      if (System.nanoTime() - begun > LONG_PAUSES * pace.pauseMax().toNanos()) {
        complaint = "";
        pause = pace.pauseMin();
      }
      failed(e);
      interval = Duration.ZERO;
      rest = pause;
      Duration doubled = pause.multipliedBy(2);
      pause = doubled.compareTo(pace.pauseMax()) > 0 ? pace.pauseMax() : doubled;
    }
    long restNanos = Math.max(rest.toNanos(), pace.restFactor() * (System.nanoTime() - begun));
    await(restNanos, Math.max(restNanos, interval.toNanos()));
  }

  private void worked() {
    pause = pace.pauseMin();
    if (!complaint.isEmpty()) {
      complaint = "";
      log.info("{} works again", name);
    }
  }

  private void failed(Throwable e) {
    // Figures, such as how long something was waited for, make no other failure.
    String now = e.getClass().getName() + String.valueOf(e.getMessage()).replaceAll("[0-9]+", "#");
    if (closing || now.equals(complaint)) {
      return;
    }
    complaint = now;
    if (isAway(e)) {
      log.warn("{} is held up, trying again: {}", name, e.getMessage());
    } else {
      log.warn("{} failed, trying again", name, e);
    }
  }

  /** True if another server is away: where this one stands when it hears of that is no news. */
  private static boolean isAway(Throwable e) {
    return e instanceof Unavailable || Status.fromThrowable(e).getCode() == Status.Code.UNAVAILABLE;
  }

  /** Waits for the longer time, or for the shorter one if it is woken. */
  private void await(long restNanos, long longestNanos) throws InterruptedException {
    long begun = System.nanoTime();
    lock.lockInterruptibly();
    try {
      long left = longestNanos;
      while (left > 0 && !closing) {
        left = (woken ? restNanos : longestNanos) - (System.nanoTime() - begun);
        if (left > 0) {
          changed.awaitNanos(left);
        }
      }
      woken = false;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closing = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    thread.interrupt();
    if (thread.getState() == Thread.State.NEW) {
      return;
    }
    try {
      if (!thread.join(closeWait)) {
        log.warn("{} still works, {} after it was told to end", name, closeWait);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
