package dev.tidewatch.inference.batching;

import java.util.concurrent.Executor;

/**
 * The thread that asks.
 *
 * @param nanosMax the engine may run on it for as long as it is expected to take; {@link
 *     Long#MAX_VALUE} if it waits for the answer anyway
 * @param thread equal for those who ask on one thread
 * @param after runs what it is given on that thread, once it has done what it does now, such as
 *     reading what else has come
 * @param on runs what it is given on that thread: at once, if it is given there
 * @param answeredAlone run on that thread once it has answered by running the engine itself, if
 *     nobody else has asked of late
 */
public record Caller(
    long nanosMax, Object thread, Executor after, Executor on, Runnable answeredAlone) {
  /** Has nothing else to do. */
  public static final Caller WAITING =
      new Caller(Long.MAX_VALUE, "any that waits", Runnable::run, Runnable::run, () -> {});

  boolean waits() {
    return nanosMax == Long.MAX_VALUE;
  }
}
