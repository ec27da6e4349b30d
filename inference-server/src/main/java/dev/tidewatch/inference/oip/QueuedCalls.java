package dev.tidewatch.inference.oip;

import dev.tidewatch.inference.batching.Caller;
import dev.tidewatch.inference.batching.InferenceAnswer;
import dev.tidewatch.inference.batching.InferenceRequest;
import dev.tidewatch.inference.batching.ModelQueue;
import dev.tidewatch.models.tensor.Tensor;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import io.grpc.Context;
import io.grpc.Deadline;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Puts a request into its model's queue, with the priority and deadline that it asks for. */
final class QueuedCalls {
  private static final String PRIORITY = "priority";
  private static final String TIMEOUT = "timeout";
  private static final int PRIORITY_USUAL = 500;
  private static final int PRIORITY_LOWEST = 1_000;

  private QueuedCalls() {}

  /**
   * @param parameters {@code timeout} in microseconds; {@code priority}, 1 being the highest
   * @param caller as {@link InferenceRequest#caller}
   * @throws InvalidArgument if one of them is out of range
   */
  static CompletableFuture<InferenceAnswer> submit(
      ModelQueue queue,
      InferParameters parameters,
      Map<String, Tensor> inputs,
      Set<String> wanted,
      Caller caller) {
    long level = parameters.number(PRIORITY, 0, 0, PRIORITY_LOWEST);
    int priority = level == 0 ? 0 : PRIORITY_USUAL - (int) level;
    long timeoutMicros = parameters.number(TIMEOUT, 0, 0, TimeUnit.DAYS.toMicros(1));
    return queue.submit(
        new InferenceRequest(inputs, wanted, priority, deadlineNanos(timeoutMicros), caller));
  }

  /** The earlier of the request's own and the RPC's; by {@link System#nanoTime}. */
  private static long deadlineNanos(long timeoutMicros) {
    Deadline rpc = Context.current().getDeadline();
    long left = rpc == null ? Long.MAX_VALUE : rpc.timeRemaining(TimeUnit.NANOSECONDS);
    if (timeoutMicros > 0) {
      left = Math.min(left, TimeUnit.MICROSECONDS.toNanos(timeoutMicros));
    }
    return left == Long.MAX_VALUE ? InferenceRequest.NO_DEADLINE : System.nanoTime() + left;
  }
}
