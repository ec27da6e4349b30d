package dev.tidewatch.models.tribuo.served;

import dev.tidewatch.models.tensor.ElementType;
import dev.tidewatch.models.tensor.Shape;
import dev.tidewatch.models.tensor.Tensor;
import dev.tidewatch.models.tensor.TensorMismatchException;
import dev.tidewatch.models.tensor.TensorModel;
import dev.tidewatch.models.tribuo.FeatureRowsModel;
import java.util.function.Function;
import org.tribuo.Model;
import org.tribuo.Output;
import org.tribuo.anomaly.AnomalyFactory;
import org.tribuo.anomaly.Event;
import org.tribuo.impl.ArrayExample;
import org.tribuo.regression.RegressionFactory;
import org.tribuo.regression.Regressor;

/** A model of Tribuo's over rows of features. */
final class TribuoTensorModel<T extends Output<T>> extends FeatureRowsModel {
  private final Model<T> model;
  private final T unknown;
  private final Function<T, double[]> values;
  private final String[] names;
  private final int outputs;

  private TribuoTensorModel(
      Model<T> model,
      T unknown,
      Function<T, double[]> values,
      int outputs,
      String outputName,
      long bytes) {
    super(ElementType.FP64, model.getFeatureIDMap().size(), outputName, outputs, bytes);
    this.model = model;
    this.unknown = unknown;
    this.values = values;
    this.outputs = outputs;
    this.names = new String[model.getFeatureIDMap().size()];
    for (int id = 0; id < names.length; id++) {
      names[id] = model.getFeatureIDMap().get(id).getName();
    }
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
  protected Tensor answers(Tensor given) {
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
    return Tensor.ofDoubles(Shape.of(rows, outputs), answers);
  }
}
