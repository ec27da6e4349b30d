package dev.tidewatch.models.tribuo;

import dev.tidewatch.models.tensor.ElementType;
import dev.tidewatch.models.tensor.Tensor;
import dev.tidewatch.models.tensor.TensorModel;
import dev.tidewatch.models.tensor.TensorSignature;
import dev.tidewatch.models.tensor.TensorSpec;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** A model over rows of features, each answered by itself: one tensor in, one out. */
public abstract class FeatureRowsModel implements TensorModel {
  protected static final String INPUT = "features";

  private static final int BATCH_ROWS_MAX = 64;

  private final TensorSignature signature;
  private final String output;
  private final long bytes;

  /**
   * @param type of both tensors
   * @param features of a row
   * @param output name of the answers
   * @param values of an answer
   * @param bytes of memory that it takes, roughly
   */
  protected FeatureRowsModel(
      ElementType type, int features, String output, int values, long bytes) {
    this.signature =
        new TensorSignature(
            List.of(TensorSpec.of(INPUT, type, TensorSpec.ANY, features)),
            List.of(TensorSpec.of(output, type, TensorSpec.ANY, values)));
    this.output = output;
    this.bytes = bytes;
  }

  /** An answer to each row; the rows are as the signature says. */
  protected abstract Tensor answers(Tensor rows);

  @Override
  public final TensorSignature signature() {
    return signature;
  }

  @Override
  public final boolean batches() {
    return true;
  }

  @Override
  public final int batchRowsMax() {
    return BATCH_ROWS_MAX;
  }

  @Override
  public final SortedMap<String, Tensor> infer(Map<String, Tensor> inputs, Set<String> wanted) {
    signature.requireInputs(inputs);
    signature.requireOutputs(wanted);
    var named = new TreeMap<String, Tensor>();
    named.put(output, answers(Objects.requireNonNull(inputs.get(INPUT))));
    return named;
  }

  @Override
  public final long bytes() {
    return bytes;
  }

  @Override
  public final void close() {}
}
