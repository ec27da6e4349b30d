package dev.tidewatch.models.tribuo.trees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewatch.models.forecast.ModelArrays;
import dev.tidewatch.models.tribuo.trees.TreeSettings.Loss;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tribuo.common.xgboost.XGBoostModel;
import org.tribuo.regression.Regressor;

class TreeEnsembleTest {
  private static final TreeSettings SETTINGS =
      new TreeSettings(Loss.SQUARED, 60, 0.2, 5, 3, 0.7, 11);

  /** Some numbers are missing, many are 0, and the seventh column is never there at all. */
  private static TrainingRows rows(long seed, int size) {
    var random = new SplittableRandom(seed);
    var features = new double[size][8];
    var targets = new double[size];
    for (int row = 0; row < size; row++) {
      for (int i = 0; i < 8; i++) {
        features[row][i] =
            switch (random.nextInt(5)) {
              case 0 -> Double.NaN;
              case 1 -> 0;
              default -> random.nextDouble(-3, 3);
            };
      }
      features[row][6] = Double.NaN;
      features[row][7] = row % 3;
      targets[row] =
          (Double.isNaN(features[row][0]) ? 2 : Math.sin(features[row][0]) * 3)
              + features[row][7]
              + random.nextDouble(-0.1, 0.1);
    }
    return new TrainingRows(features, targets);
  }

  @ParameterizedTest
  @EnumSource
  void answersAreThoseOfTribuoToTheLastBit(Loss loss) {
    TrainingRows training = rows(1, 2_000);
    TreeSettings settings = SETTINGS.withLoss(loss);
    XGBoostModel<Regressor> tribuo = TribuoTrees.train(training, settings);
    TreeEnsemble own = TribuoTrees.fit(training, settings);
    assertThat(own.trees()).isEqualTo(60);
    for (double[] row : rows(2, 3_000).features()) {
      double expected =
          tribuo
              .predict(TribuoTrees.example(TribuoTrees.names(8), row, 0))
              .getOutput()
              .getValues()[0];
      assertThat(own.predict(row)).isEqualTo(expected);
    }
  }

  @Test
  void whatWasLearntIsTheFunction() {
    TreeEnsemble trees = TribuoTrees.fit(rows(1, 4_000), SETTINGS);
    TrainingRows unseen = rows(3, 500);
    double error = 0;
    for (int i = 0; i < unseen.size(); i++) {
      error += Math.abs(trees.predict(unseen.features()[i]) - unseen.targets()[i]) / 500;
    }
    assertThat(error).isLessThan(0.15);
    double[] importance = trees.importance(8);
    assertThat(importance[0] + importance[7]).isBetween(0.97, 1.0);
    assertThat(importance[6]).isZero();
  }

  @Test
  void theSameRowsAndSeedGiveTheSameTrees() throws InterruptedException {
    byte[] first = TribuoTrees.fit(rows(1, 800), SETTINGS).save().toBytes();
    TribuoTrees.fit(rows(9, 300), SETTINGS);
    var again = new byte[1][];
    Thread other =
        Thread.ofPlatform()
            .start(() -> again[0] = TribuoTrees.fit(rows(1, 800), SETTINGS).save().toBytes());
    other.join();
    assertThat(again[0]).isEqualTo(first);
    assertThat(
            TribuoTrees.fit(rows(1, 800), new TreeSettings(Loss.SQUARED, 60, 0.2, 5, 3, 0.7, 12))
                .save())
        .isNotEqualTo(ModelArrays.read(first));
  }

  @Test
  void savedTreesAnswerTheSame() {
    TreeEnsemble trees = TribuoTrees.fit(rows(1, 500), SETTINGS);
    TreeEnsemble loaded = TreeEnsemble.load(ModelArrays.read(trees.save().toBytes()));
    var prefixes = new double[trees.trees()];
    for (double[] row : rows(4, 200).features()) {
      assertThat(loaded.predict(row)).isEqualTo(trees.predict(row));
      loaded.predictPrefixes(row, prefixes);
      assertThat(prefixes[59]).isEqualTo(trees.predict(row));
    }
    assertThat(loaded.featuresMin()).isEqualTo(8);
  }

  @Test
  void treesThatWouldNotEndAreRefused() {
    assertThatThrownBy(() ->
            new TreeEnsemble(
                0,
                new int[] {0},
                new int[] {0, -1, -1},
                new float[3],
                new int[] {0, -1, -1},
                new boolean[3],
                new float[3]))
        .hasMessageContaining("node 0 of the trees is unsound");
    assertThatThrownBy(() ->
            new TreeEnsemble(
                0,
                new int[] {3},
                new int[] {-1},
                new float[1],
                new int[] {-1},
                new boolean[1],
                new float[1]))
        .hasMessageContaining("begins at node 3");
  }
}
