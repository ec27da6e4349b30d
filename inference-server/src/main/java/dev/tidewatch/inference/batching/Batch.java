package dev.tidewatch.inference.batching;

import dev.tidewatch.models.tensor.Tensor;
import dev.tidewatch.models.tensor.TensorModel;
import dev.tidewatch.models.tensor.TensorRows;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** Questions that one call of the engine answers. For one thread at a time. */
final class Batch {
  /** What a question takes of its connection's thread, read, checked and answered, about. */
  static final long NETWORK_NANOS = 30_000;

  /** Answers that leave together, while the next ones are made. */
  private static final int TOLD_AT_ONCE = 8;

  final ModelQueue queue;
  final int rows;
  private final List<Waiting> parts;
  private final long startNanos;
  private long inferNanos;
  private @Nullable List<SortedMap<String, Tensor>> outputs;
  private @Nullable Throwable failure;

  Batch(ModelQueue queue, List<Waiting> parts, int rows, long startNanos) {
    this.queue = queue;
    this.parts = parts;
    this.rows = rows;
    this.startNanos = startNanos;
  }

  List<Waiting> parts() {
    return parts;
  }

  boolean failed() {
    return failure != null;
  }

  /** What the connections' threads have to do for it; those who wait have threads of their own. */
  long networkNanos() {
    long sum = 0;
    for (Waiting part : parts) {
      sum += part.request.caller().waits() ? 0 : NETWORK_NANOS;
    }
    return sum;
  }

  long queueNanos() {
    long sum = 0;
    for (Waiting part : parts) {
      sum += startNanos - part.sinceNanos;
    }
    return sum;
  }

  /** Runs the engine on the caller's thread; throws nothing. */
  long infer(TensorModel model) {
    long from = System.nanoTime();
    try {
      outputs = parts.size() == 1 ? List.of(alone(model, parts.getFirst())) : together(model);
    } catch (RuntimeException | LinkageError | StackOverflowError | OutOfMemoryError e) {
      failure = e;
    }
    inferNanos = System.nanoTime() - from;
    return inferNanos;
  }

  private static SortedMap<String, Tensor> alone(TensorModel model, Waiting part) {
    return model.infer(part.request.inputs(), part.request.wanted());
  }

  private List<SortedMap<String, Tensor>> together(TensorModel model) {
    var inputs = new HashMap<String, Tensor>();
    for (String name : parts.getFirst().request.inputs().keySet()) {
      var rowsOfInput = new ArrayList<Tensor>(parts.size());
      for (Waiting part : parts) {
        Tensor tensor = part.request.inputs().get(name);
        if (tensor != null) {
          rowsOfInput.add(tensor);
        }
      }
      inputs.put(name, TensorRows.join(rowsOfInput));
    }
    var counts = new int[parts.size()];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = parts.get(i).rows;
    }
    var split = new ArrayList<SortedMap<String, Tensor>>(parts.size());
    parts.forEach(part -> split.add(new TreeMap<>()));
    for (Map.Entry<String, Tensor> output : model.infer(inputs, wanted()).entrySet()) {
      List<Tensor> own = TensorRows.split(output.getValue(), counts);
      for (int i = 0; i < counts.length; i++) {
        Set<String> wanted = parts.get(i).request.wanted();
        if (wanted.isEmpty() || wanted.contains(output.getKey())) {
          split.get(i).put(output.getKey(), own.get(i));
        }
      }
    }
    return split;
  }

  /** What anybody wants; empty if somebody wants all. */
  private Set<String> wanted() {
    Set<String> first = parts.getFirst().request.wanted();
    var wanted = new HashSet<String>();
    boolean isSame = true;
    for (Waiting part : parts) {
      if (part.request.wanted().isEmpty()) {
        return Set.of();
      }
      isSame = isSame && part.request.wanted().equals(first);
      wanted.addAll(part.request.wanted());
    }
    return isSame ? first : wanted;
  }

  /**
   * Tells the askers. What a batch of several failed at is tried again one by one, so that a
   * question that cannot be answered fails alone.
   */
  void answer(TensorModel model) {
    if (outputs != null) {
      tell(outputs);
    } else if (parts.size() == 1 && failure != null) {
      parts.getFirst().answer.completeExceptionally(failure);
    } else {
      parts.forEach(part -> answerAlone(model, part));
    }
  }

  private void tell(List<SortedMap<String, Tensor>> all) {
    Caller first = parts.getFirst().request.caller();
    if (all.size() <= TOLD_AT_ONCE || first.waits() || !areAllOf(first.thread())) {
      tell(all, 0, all.size());
      return;
    }
    try {
      first.on().execute(() -> tellFrom(all, 0));
    } catch (RejectedExecutionException e) {
      tell(all, 0, all.size()); // the connection is gone
    }
  }

  /** Else no thread tells what another one's callers wait for: it may be busy, or rest. */
  private boolean areAllOf(Object thread) {
    for (Waiting part : parts) {
      if (!part.request.caller().thread().equals(thread)) {
        return false;
      }
    }
    return true;
  }

  /** On a connection's thread, which sends these answers before it makes the next ones. */
  private void tellFrom(List<SortedMap<String, Tensor>> all, int from) {
    int to = Math.min(all.size(), from + TOLD_AT_ONCE);
    tell(all, from, to);
    if (to == all.size()) {
      return;
    }
    try {
      parts.getFirst().request.caller().after().execute(() -> tellFrom(all, to));
    } catch (RejectedExecutionException e) {
      tell(all, to, all.size());
    }
  }

  private void tell(List<SortedMap<String, Tensor>> all, int from, int to) {
    for (int i = from; i < to; i++) {
      complete(parts.get(i), all.get(i), inferNanos, rows);
    }
  }

  private void answerAlone(TensorModel model, Waiting part) {
    long from = System.nanoTime();
    SortedMap<String, Tensor> own;
    try {
      own = alone(model, part);
    } catch (RuntimeException | LinkageError | StackOverflowError | OutOfMemoryError e) {
      part.answer.completeExceptionally(e);
      return;
    }
    complete(part, own, System.nanoTime() - from, part.rows);
  }

  private void complete(Waiting part, SortedMap<String, Tensor> own, long nanos, int batchRows) {
    part.answer.complete(new InferenceAnswer(own, startNanos - part.sinceNanos, nanos, batchRows));
  }
}
