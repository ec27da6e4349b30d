package dev.tidewatch.inference.batching;

import dev.tidewatch.models.tensor.Tensor;
import java.util.Map;
import java.util.Set;

/**
 * A question to a model.
 *
 * @param inputs by name
 * @param wanted names of outputs; empty for all
 * @param priority higher goes first; 0 is usual
 * @param deadlineNanos by {@link System#nanoTime}; {@link #NO_DEADLINE} for none
 * @param caller whose thread asks
 */
public record InferenceRequest(
    Map<String, Tensor> inputs,
    Set<String> wanted,
    int priority,
    long deadlineNanos,
    Caller caller) {
  /** Far enough away to be compared with. */
  public static final long NO_DEADLINE = Long.MAX_VALUE;

  /** Of a caller whose thread has nothing else to do. */
  public InferenceRequest(
      Map<String, Tensor> inputs, Set<String> wanted, int priority, long deadlineNanos) {
    this(inputs, wanted, priority, deadlineNanos, Caller.WAITING);
  }

  /** With usual priority and no deadline, for all outputs. */
  public static InferenceRequest of(Map<String, Tensor> inputs) {
    return new InferenceRequest(inputs, Set.of(), 0, NO_DEADLINE);
  }
}
