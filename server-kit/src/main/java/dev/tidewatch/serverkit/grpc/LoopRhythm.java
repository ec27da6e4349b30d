package dev.tidewatch.serverkit.grpc;

import io.grpc.netty.shaded.io.netty.channel.SelectStrategy;
import io.grpc.netty.shaded.io.netty.util.IntSupplier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * When a connection's thread sleeps. As a rule at once, when there is nothing to do. But to be
 * woken takes tens of microseconds, on virtual machines often a hundred, so
 *
 * <ul>
 *   <li>after a call that it answered all by itself it watches for the next one first, as long as
 *       the last ones came so soon: the rule of the Linux kernel's haltpoll governor, which watches
 *       as long as would have been in time, and half as long after each time that it would have
 *       been in vain. It ends when somebody else was given the processor meanwhile;
 *   <li>after it refused calls, because more come than can be answered, it rests: what comes
 *       meanwhile is read, refused and sent back together, which takes less than one by one.
 * </ul>
 *
 * For its thread alone.
 */
final class LoopRhythm implements SelectStrategy {
  private static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  /** A look that comes so much later than the one before: another thread ran in between. */
  private static final long DISPLACED_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

  private static final ThreadLocal<@Nullable LoopRhythm> CURRENT = new ThreadLocal<>();

  private final long watchNanosMax;
  private boolean known;
  private long watchNanos;
  private boolean watching;
  private boolean resting;

  /** When the last call was answered that another may follow soon. */
  private long answeredNanos;

  private boolean looked;
  private long lookedNanos;

  LoopRhythm(long watchNanosMax) {
    this.watchNanosMax = watchNanosMax;
    this.answeredNanos = System.nanoTime() - watchNanosMax - 1;
  }

  /** This thread's; none on threads that are no connections'. */
  static @Nullable LoopRhythm current() {
    return CURRENT.get();
  }

  @Override
  public int calculateStrategy(IntSupplier readyNow, boolean hasTasks) throws Exception {
    if (!known) {
      CURRENT.set(this);
      known = true;
    }
    if (hasTasks) {
      return readyNow.get();
    }
    if (resting) {
      resting = false;
      LockSupport.parkNanos(REST_NANOS);
      return readyNow.get();
    }
    return watching ? watch(readyNow) : SelectStrategy.SELECT;
  }

  private int watch(IntSupplier readyNow) throws Exception {
    int ready = readyNow.get();
    long now = System.nanoTime();
    boolean wasDisplaced = looked && now - lookedNanos > DISPLACED_NANOS;
    looked = true;
    lookedNanos = now;
    watching = ready == 0 && !wasDisplaced && now - answeredNanos < watchNanos;
    if (watching) {
      Thread.onSpinWait();
    }
    return ready > 0 || watching ? ready : SelectStrategy.SELECT;
  }

  /**
   * A call was answered here with nothing else to do.
   *
   * @param arrivedNanos when it was read, by {@link System#nanoTime}
   */
  void answered(long arrivedNanos) {
    boolean wasInTime = arrivedNanos - answeredNanos <= watchNanosMax;
    watchNanos = wasInTime ? watchNanosMax : watchNanos / 2;
    answeredNanos = System.nanoTime();
    looked = false;
    watching = watchNanos > 0;
  }

  /** Calls were refused that came too fast. */
  void refused() {
    resting = true;
  }
}
