package dev.tidewatch.inference.batching;

import dev.tidewatch.models.tensor.ElementType;
import dev.tidewatch.models.tensor.Tensor;
import dev.tidewatch.models.tensor.TensorModel;
import dev.tidewatch.models.tensor.TensorSignature;
import dev.tidewatch.models.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;

/**
 * Doubles each element of {@code x}, FP32 [-1, n]. Each call waits for a permit of its gate; a row
 * that begins with {@link #POISON} fails the whole call.
 */
final class GatedModel implements TensorModel {
  static final float POISON = -12345;

  final Semaphore gate;

  /** Rows of each call, in order. */
  private final List<Integer> calls = new ArrayList<>();

  /** First elements of the rows, in the order in which they were run. */
  private final List<Float> order = new ArrayList<>();

  private final List<String> threads = new ArrayList<>();

  private final int batchRowsMax;

  GatedModel(int permits) {
    this(permits, 8);
  }

  GatedModel(int permits, int batchRowsMax) {
    this.gate = new Semaphore(permits);
    this.batchRowsMax = batchRowsMax;
  }

  static GatedModel open() {
    return new GatedModel(Integer.MAX_VALUE);
  }

  synchronized List<Integer> calls() {
    return List.copyOf(calls);
  }

  synchronized List<Float> order() {
    return List.copyOf(order);
  }

  synchronized List<String> threads() {
    return List.copyOf(threads);
  }

  @Override
  public TensorSignature signature() {
    return new TensorSignature(
        List.of(TensorSpec.of("x", ElementType.FP32, -1, -1)),
        List.of(TensorSpec.of("y", ElementType.FP32, -1, -1)));
  }

  @Override
  public boolean batches() {
    return true;
  }

  @Override
  public int batchRowsMax() {
    return batchRowsMax;
  }

  @Override
  public SortedMap<String, Tensor> infer(Map<String, Tensor> inputs, Set<String> wanted) {
    Tensor x = inputs.get("x");
    if (x == null) {
      throw new IllegalStateException("x is missing");
    }
    float[] values = x.floats();
    int columns = (int) x.shape().dimension(1);
    synchronized (this) {
      calls.add(x.shape().rows());
      threads.add(Thread.currentThread().getName());
      for (int row = 0; row < x.shape().rows(); row++) {
        order.add(values[row * columns]);
      }
    }
    gate.acquireUninterruptibly();
    for (int i = 0; i < values.length; i++) {
      if (values[i] == POISON) {
        throw new IllegalStateException("poison");
      }
      values[i] *= 2;
    }
    return new TreeMap<>(Map.of("y", Tensor.ofFloats(x.shape(), values)));
  }

  @Override
  public long bytes() {
    return 0;
  }

  @Override
  public void close() {}
}
