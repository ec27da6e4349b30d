package dev.tidewatch.inference.oip;

import dev.tidewatch.inference.batching.InferenceRequest;
import dev.tidewatch.serverkit.grpc.ConnectionThread;
import java.util.concurrent.Executor;

/**
 * The thread that asks.
 *
 * @param nanosMax as {@link InferenceRequest#callerNanosMax}
 * @param answers runs what makes and sends the answer, where another thread has it
 */
record Caller(long nanosMax, Executor answers) {
  /** Has nothing else to do. */
  static final Caller WAITING = new Caller(InferenceRequest.ANY_TIME, Runnable::run);

  /** What the engine may take of a connection's thread, where nothing else runs. */
  private static final long CONNECTION_NANOS_MAX = 1_000_000;

  /** The thread of a connection, which others wait for. */
  static Caller connection() {
    return new Caller(CONNECTION_NANOS_MAX, ConnectionThread.current());
  }
}
