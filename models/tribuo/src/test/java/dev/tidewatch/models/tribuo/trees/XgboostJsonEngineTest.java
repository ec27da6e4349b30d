package dev.tidewatch.models.tribuo.trees;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewatch.models.tensor.Shape;
import dev.tidewatch.models.tensor.Tensor;
import dev.tidewatch.models.tensor.TensorModel;
import dev.tidewatch.models.tensor.TensorModelException;
import dev.tidewatch.models.tensor.TensorModelException.Reason;
import dev.tidewatch.models.tribuo.served.TribuoEngine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tribuo.common.xgboost.XGBoostModel;
import org.tribuo.regression.Regressor;

/** XGBoost's own predictions are what is expected. */
class XgboostJsonEngineTest {
  private static final int FEATURES = 4;
  private static final int ROWS = 300;

  @TempDir private Path folder;

  private static float[] features(long seed) {
    var random = new SplittableRandom(seed);
    var values = new float[ROWS * FEATURES];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(9) == 0 ? Float.NaN : (float) random.nextDouble(-3, 3);
    }
    return values;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "reg:squarederror",
        "binary:logistic",
        "count:poisson",
        "reg:tweedie",
        "multi:softprob"
      })
  void predictsAsXgboostDoes(String objective) throws IOException, XGBoostError {
    float[] features = features(1);
    var labels = new float[ROWS];
    for (int row = 0; row < ROWS; row++) {
      float x = features[row * FEATURES];
      labels[row] = Float.isNaN(x) ? 0 : x > 1 ? 2 : x > 0 ? 1 : 0;
      if (objective.equals("binary:logistic")) {
        labels[row] = Math.min(1, labels[row]);
      }
    }
    var training = new DMatrix(features, ROWS, FEATURES, Float.NaN);
    training.setLabel(labels);
    Map<String, Object> settings = new HashMap<>();
    settings.put("objective", objective);
    settings.put("nthread", 1);
    settings.put("verbosity", 0);
    settings.put("max_depth", 4);
    if (objective.startsWith("multi:")) {
      settings.put("num_class", 3);
    }
    Booster booster = XGBoost.train(training, settings, 12, Map.of(), null, null);
    Path file = Files.write(folder.resolve("model.json"), booster.toByteArray("json"));
    float[] others = features(2);
    float[][] expected = booster.predict(new DMatrix(others, ROWS, FEATURES, Float.NaN));
    try (TensorModel model = new XgboostJsonEngine().load(file)) {
      Tensor prediction =
          requireNonNull(
              model
                  .infer(
                      Map.of("features", Tensor.ofFloats(Shape.of(ROWS, FEATURES), others)),
                      Set.of())
                  .get("prediction"));
      assertThat(prediction.shape()).isEqualTo(Shape.of(ROWS, expected[0].length));
      float[] found = prediction.floats();
      for (int i = 0; i < found.length; i++) {
        float wanted = expected[i / expected[0].length][i % expected[0].length];
        assertThat(Math.abs(found[i] - wanted)).isLessThanOrEqualTo(1e-6f * Math.max(1, wanted));
      }
    }
  }

  @Test
  void tribuosFileOfTheSameTreesPredictsAsTribuoDoes() throws IOException {
    var random = new SplittableRandom(5);
    var rows = new double[200][FEATURES];
    var targets = new double[rows.length];
    for (int row = 0; row < rows.length; row++) {
      for (int i = 0; i < FEATURES; i++) {
        rows[row][i] = random.nextDouble(-3, 3);
      }
      targets[row] = rows[row][0] * 2 + rows[row][3];
    }
    XGBoostModel<Regressor> tribuo =
        TribuoTrees.train(
            new TrainingRows(rows, targets),
            new TreeSettings(TreeSettings.Loss.SQUARED, 20, 0.2, 4, 3, 0.9, 11));
    Path file = folder.resolve("tribuo.pb");
    tribuo.serializeToFile(file);
    try (TensorModel model = new TribuoEngine().load(file)) {
      var flat = new double[rows.length * FEATURES];
      for (int row = 0; row < rows.length; row++) {
        System.arraycopy(rows[row], 0, flat, row * FEATURES, FEATURES);
      }
      Tensor prediction =
          requireNonNull(
              model
                  .infer(
                      Map.of("features", Tensor.ofDoubles(Shape.of(rows.length, FEATURES), flat)),
                      Set.of())
                  .get("prediction"));
      double[] found = prediction.doubles();
      for (int row = 0; row < rows.length; row++) {
        assertThat(found[row])
            .isEqualTo(
                tribuo
                    .predict(TribuoTrees.example(TribuoTrees.names(FEATURES), rows[row], 0))
                    .getOutput()
                    .getValues()[0]);
      }
    }
  }

  @Test
  void refusesWhatItCannotWalk() throws IOException {
    assertRefused("not json", Reason.DAMAGED);
    assertRefused("{}", Reason.UNSUPPORTED);
    assertRefused(
        "{\"learner\":{\"gradient_booster\":{\"name\":\"gblinear\"}}}", Reason.UNSUPPORTED);
    assertRefused(
        """
        {"learner":{"gradient_booster":{"name":"gbtree","model":{"tree_info":[0],"trees":[{
          "left_children":[1,0,-1],"right_children":[2,2,-1],"split_indices":[0,0,0],
          "split_conditions":[0,0,0],"default_left":[0,0,0],"loss_changes":[0,0,0]}]}},
          "learner_model_param":{"num_feature":"2","base_score":"0.5"},
          "objective":{"name":"reg:squarederror"}}}
        """,
        Reason.DAMAGED);
    Path file = Files.write(folder.resolve("model.pb"), new byte[] {1, 2, 3});
    assertThatThrownBy(() -> new TribuoEngine().load(file))
        .isInstanceOf(TensorModelException.class);
  }

  private void assertRefused(String text, Reason reason) throws IOException {
    Path file = Files.write(folder.resolve("model.json"), text.getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> new XgboostJsonEngine().load(file))
        .isInstanceOfSatisfying(
            TensorModelException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }
}
