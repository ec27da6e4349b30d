package dev.tidewatch.models.tribuo.trees;

import dev.tidewatch.models.tensor.ElementType;
import dev.tidewatch.models.tensor.Shape;
import dev.tidewatch.models.tensor.Tensor;
import dev.tidewatch.models.tribuo.FeatureRowsModel;
import java.nio.FloatBuffer;
import java.util.List;

/** Trees over rows of features. Immutable. */
final class TreeTensorModel extends FeatureRowsModel {
  private final List<TreeEnsemble> outputs;
  private final int features;
  private final XgboostJsonEngine.Link link;

  TreeTensorModel(
      List<TreeEnsemble> outputs, int features, XgboostJsonEngine.Link link, long bytes) {
    super(ElementType.FP32, features, "prediction", outputs.size(), bytes);
    this.outputs = outputs;
    this.features = features;
    this.link = link;
  }

  @Override
  protected Tensor answers(Tensor given) {
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
    return Tensor.ofFloats(Shape.of(rows, outputs.size()), predictions);
  }
}
