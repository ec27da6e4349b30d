package dev.tidewatch.models.tribuo.trees;

import dev.tidewatch.models.tensor.ElementType;
import dev.tidewatch.models.tensor.Shape;
import dev.tidewatch.models.tensor.Tensor;
import dev.tidewatch.models.tensor.TensorMismatchException;
import dev.tidewatch.models.tensor.TensorModel;
import dev.tidewatch.models.tensor.TensorSignature;
import dev.tidewatch.models.tensor.TensorSpec;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Trees over rows of features. Immutable; rows are independent. */
final class TreeTensorModel implements TensorModel {
  private static final String INPUT = "features";
  private static final String OUTPUT = "prediction";
  private static final int BATCH_ROWS_MAX = 64;

  private final List<TreeEnsemble> outputs;
  private final int features;
  private final XgboostJsonEngine.Link link;
  private final long bytes;
  private final TensorSignature signature;

  TreeTensorModel(
      List<TreeEnsemble> outputs, int features, XgboostJsonEngine.Link link, long bytes) {
    this.outputs = outputs;
    this.features = features;
    this.link = link;
    this.bytes = bytes;
    this.signature =
        new TensorSignature(
            List.of(TensorSpec.of(INPUT, ElementType.FP32, TensorSpec.ANY, features)),
            List.of(TensorSpec.of(OUTPUT, ElementType.FP32, TensorSpec.ANY, outputs.size())));
  }

  @Override
  public TensorSignature signature() {
    return signature;
  }

  @Override
  public boolean batches() {
    return true;
  }

  @Override
  public int batchRowsMax() {
    return BATCH_ROWS_MAX;
  }

  @Override
  public SortedMap<String, Tensor> infer(Map<String, Tensor> inputs, Set<String> wanted) {
    signature.requireInputs(inputs);
    signature.requireOutputs(wanted);
    Tensor given = inputs.get(INPUT);
    if (given == null) {
      throw new TensorMismatchException(INPUT, "is missing");
    }
    int rows = given.shape().rows();
    FloatBuffer values = given.contents().asFloatBuffer();
    var predictions = new float[rows * outputs.size()];
    var row = new double[features];
    var sums = new float[outputs.size()];
    for (int r = 0; r < rows; r++) {
      for (int f = 0; f < features; f++) {
        row[f] = values.get(r * features + f);
      }
      for (int output = 0; output < sums.length; output++) {
        sums[output] = (float) outputs.get(output).predict(row);
      }
      link.apply(sums);
      System.arraycopy(sums, 0, predictions, r * sums.length, sums.length);
    }
    var named = new TreeMap<String, Tensor>();
    named.put(OUTPUT, Tensor.ofFloats(Shape.of(rows, outputs.size()), predictions));
    return named;
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public void close() {}
}
