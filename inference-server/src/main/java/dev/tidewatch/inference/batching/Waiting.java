package dev.tidewatch.inference.batching;

import dev.tidewatch.models.tensor.Tensor;
import dev.tidewatch.models.tensor.TensorRows;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A question that was not answered yet. Higher priorities sort first, then earlier deadlines. */
final class Waiting implements Comparable<Waiting> {
  final InferenceRequest request;
  final int rows;
  final long number;
  final long sinceNanos;
  final CompletableFuture<InferenceAnswer> answer = new CompletableFuture<>();

  Waiting(InferenceRequest request, int rows, long number, long sinceNanos) {
    this.request = request;
    this.rows = rows;
    this.number = number;
    this.sinceNanos = sinceNanos;
  }

  boolean hasDeadline() {
    return request.deadlineNanos() != InferenceRequest.NO_DEADLINE;
  }

  long leftNanos(long now) {
    return hasDeadline() ? request.deadlineNanos() - now : Long.MAX_VALUE;
  }

  /** True if both can be rows of one batch. */
  boolean fits(Waiting other) {
    if (request.inputs().size() != other.request.inputs().size()) {
      return false;
    }
    for (Map.Entry<String, Tensor> input : request.inputs().entrySet()) {
      @Nullable Tensor match = other.request.inputs().get(input.getKey());
      if (match == null || !TensorRows.fit(input.getValue(), match)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int compareTo(Waiting other) {
    if (request.priority() != other.request.priority()) {
      return Integer.compare(other.request.priority(), request.priority());
    }
    if (request.deadlineNanos() != other.request.deadlineNanos()) {
      if (hasDeadline() && other.hasDeadline()) {
        return request.deadlineNanos() - other.request.deadlineNanos() < 0 ? -1 : 1;
      }
      return hasDeadline() ? -1 : 1;
    }
    return Long.compare(number, other.number);
  }

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(number);
  }
}
