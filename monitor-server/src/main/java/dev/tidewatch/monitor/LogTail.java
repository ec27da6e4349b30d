package dev.tidewatch.monitor;

import dev.tidewatch.serverkit.lifecycle.HighWaterMark;
import dev.tidewatch.serverkit.lifecycle.Pace;
import dev.tidewatch.serverkit.lifecycle.Rounds;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Knows the newest position of a log and wakes whoever waits for a newer one. Changes of this
 * process are known at once, those of other replicas by one shared look at the database every so
 * often, however many wait. Thread-safe.
 */
public abstract class LogTail implements AutoCloseable {
  private final HighWaterMark position = new HighWaterMark();
  private final LongSupplier newest;
  private final Rounds rounds;

  /**
   * @param name of the thread
   * @param newest asks the database for the newest position
   */
  protected LogTail(String name, LongSupplier newest, Duration lookInterval) {
    this.newest = newest;
    this.rounds = Rounds.of(name, Pace.every(lookInterval), this::look);
  }

  /** Begins to look; to be called once. */
  protected final void begin() {
    rounds.start();
  }

  /** Looks now; call it after a change of this process was committed. */
  public final void look() {
    position.riseTo(newest.getAsLong());
  }

  /**
   * Waits until there is something behind the position, the time is over, or the tail is closed.
   */
  public final void await(long behind, Duration longest) throws InterruptedException {
    position.awaitAbove(behind, longest);
  }

  public final boolean isClosed() {
    return position.isClosed();
  }

  @Override
  public final void close() {
    position.close();
    rounds.close();
  }
}
