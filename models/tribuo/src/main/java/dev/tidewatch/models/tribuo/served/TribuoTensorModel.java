package dev.tidewatch.models.tribuo.served;

import dev.tidewatch.models.tensor.ElementType;
import dev.tidewatch.models.tensor.Shape;
import dev.tidewatch.models.tensor.Tensor;
import dev.tidewatch.models.tensor.TensorMismatchException;
import dev.tidewatch.models.tensor.TensorModel;
import dev.tidewatch.models.tensor.TensorSignature;
import dev.tidewatch.models.tensor.TensorSpec;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.tribuo.Model;
import org.tribuo.Output;
import org.tribuo.anomaly.AnomalyFactory;
import org.tribuo.anomaly.Event;
import org.tribuo.impl.ArrayExample;
import org.tribuo.regression.RegressionFactory;
import org.tribuo.regression.Regressor;

/** A model of Tribuo's over rows of features. Rows are independent; calls may come at once. */
final class TribuoTensorModel<T extends Output<T>> implements TensorModel {
  private static final String INPUT = "features";
  private static final int BATCH_ROWS_MAX = 64;

  private final Model<T> model;
  private final T unknown;
  private final Function<T, double[]> values;
  private final String[] names;
  private final int outputs;
  private final String outputName;
  private final long bytes;
  private final TensorSignature signature;

  private TribuoTensorModel(
      Model<T> model,
      T unknown,
      Function<T, double[]> values,
      int outputs,
      String outputName,
      long bytes) {
    this.model = model;
    this.unknown = unknown;
    this.values = values;
    this.outputs = outputs;
    this.outputName = outputName;
    this.bytes = bytes;
    this.names = new String[model.getFeatureIDMap().size()];
    for (int id = 0; id < names.length; id++) {
      names[id] = model.getFeatureIDMap().get(id).getName();
    }
    this.signature =
        new TensorSignature(
            List.of(TensorSpec.of(INPUT, ElementType.FP64, TensorSpec.ANY, names.length)),
            List.of(TensorSpec.of(outputName, ElementType.FP64, TensorSpec.ANY, outputs)));
  }

  static TensorModel ofRegressor(Model<Regressor> model, long bytes) {
    return new TribuoTensorModel<>(
        model,
        RegressionFactory.UNKNOWN_REGRESSOR,
        Regressor::getValues,
        model.getOutputIDInfo().size(),
        "prediction",
        bytes);
  }

  static TensorModel ofDetector(Model<Event> model, long bytes) {
    return new TribuoTensorModel<>(
        model,
        AnomalyFactory.UNKNOWN_EVENT,
        event -> new double[] {event.getScore()},
        1,
        "score",
        bytes);
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
    double[] features = given.doubles();
    int rows = given.shape().rows();
    var answers = new double[rows * outputs];
    for (int row = 0; row < rows; row++) {
      var example = new ArrayExample<>(unknown);
      for (int i = 0; i < names.length; i++) {
        double feature = features[row * names.length + i];
        if (!Double.isNaN(feature)) {
          example.add(names[i], feature);
        }
      }
      if (example.size() == 0) {
        throw new TensorMismatchException(
            INPUT, "has no feature in row %d; give at least one that is not NaN".formatted(row));
      }
      double[] answer = values.apply(model.predict(example).getOutput());
      System.arraycopy(answer, 0, answers, row * outputs, outputs);
    }
    var named = new TreeMap<String, Tensor>();
    named.put(outputName, Tensor.ofDoubles(Shape.of(rows, outputs), answers));
    return named;
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public void close() {}
}
