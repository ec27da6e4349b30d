package dev.tidewatch.inference.serving;

import dev.tidewatch.models.forecast.ForecastInput;
import dev.tidewatch.models.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A few of the newest questions to a model, with which its next version is warmed. Bounded in
 * number, size and how often one is taken. Thread-safe; offering one that is not taken costs a few
 * nanoseconds.
 */
public final class RecordedInputs {
  private static final int KEPT_MAX = 8;
  private static final long BYTES_MAX = 256 << 10;
  private static final long APART_NANOS = 200_000_000;

  private final AtomicLong nextNanos = new AtomicLong(System.nanoTime());
  private final Deque<ForecastCall> forecasts = new ArrayDeque<>();
  private final Deque<TensorCall> tensors = new ArrayDeque<>();

  /** A question to a forecaster. */
  public record ForecastCall(ForecastInput input, int horizon, List<Double> levels) {
    public ForecastCall {
      levels = List.copyOf(levels);
    }
  }

  /** A question to a model of tensors. */
  public record TensorCall(Map<String, Tensor> inputs, Set<String> wanted) {
    public TensorCall {
      inputs = Map.copyOf(inputs);
      wanted = Set.copyOf(wanted);
    }
  }

  /** Takes the question, unless one was taken a moment ago. */
  public void offer(ForecastInput input, int horizon, List<Double> levels) {
    long bytes = (long) input.windows().size() * input.target().size() * Double.BYTES;
    if (bytes <= BYTES_MAX && isDue()) {
      synchronized (this) {
        keep(forecasts, new ForecastCall(input, horizon, levels));
      }
    }
  }

  /** As {@link #offer(ForecastInput, int, List)}; the tensors' memory must not change. */
  public void offer(Map<String, Tensor> inputs, Set<String> wanted) {
    if (isDue()) {
      long bytes = inputs.values().stream().mapToLong(t -> t.contents().remaining()).sum();
      if (bytes <= BYTES_MAX) {
        synchronized (this) {
          keep(tensors, new TensorCall(inputs, wanted));
        }
      }
    }
  }

  private boolean isDue() {
    long now = System.nanoTime();
    long next = nextNanos.get();
    return now - next >= 0 && nextNanos.compareAndSet(next, now + APART_NANOS);
  }

  private static <T> void keep(Deque<T> calls, T call) {
    calls.addLast(call);
    if (calls.size() > KEPT_MAX) {
      calls.removeFirst();
    }
  }

  synchronized List<ForecastCall> forecasts() {
    return new ArrayList<>(forecasts);
  }

  synchronized List<TensorCall> tensors() {
    return new ArrayList<>(tensors);
  }
}
