package dev.tidewatch.models.detection.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.detection.DetectorContract;
import dev.tidewatch.models.detection.DetectorFamily;
import dev.tidewatch.models.forecast.ModelArrays;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class IsolationForestTest extends DetectorContract {
  @Override
  protected DetectorFamily family() {
    return new FeatureDetectorFamily(new IsolationForest());
  }

  @Override
  protected Map<String, String> parameters() {
    return Map.of("trees", "40", "sample", "128");
  }

  private static double[][] normalRows(int count) {
    var random = new SplittableRandom(8);
    var rows = new double[count][];
    for (int i = 0; i < count; i++) {
      rows[i] = new double[] {random.nextGaussian(), 5 * random.nextGaussian(), 1};
    }
    return rows;
  }

  /** c(n) of the paper, equation 1, with H(i) as ln(i) + 0.5772. */
  @Test
  void usualDepthIsThePapers() {
    assertThat(IsolationForest.usualDepth(256)).isCloseTo(10.2448, within(1e-4));
    assertThat(IsolationForest.usualDepth(2)).isEqualTo(1);
    assertThat(IsolationForest.usualDepth(1)).isZero();
  }

  @Test
  void whatIsFarFromTheRestScoresHigh() {
    RowScorer forest = new IsolationForest().train(normalRows(2_000), Parameters.NONE, 3);
    double middle = forest.unusual(new double[] {0, 0, 1});
    double edge = forest.unusual(new double[] {3, 0, 1});
    double far = forest.unusual(new double[] {12, -60, 1});
    assertThat(middle).isBetween(0.3, 0.5);
    assertThat(edge).isGreaterThan(middle + 0.05);
    // Alone after very few cuts: the paper's "definitely anomalies" are near 1.
    assertThat(far).isGreaterThan(0.7).isGreaterThan(edge);
  }

  @Test
  void theSeedDecidesTheForestAndItIsSavedWhole() {
    double[][] rows = normalRows(400);
    var method = new IsolationForest();
    Parameters few = Parameters.of(Map.of("trees", "10", "sample", "64"));
    ModelArrays saved = method.train(rows, few, 5).save();
    assertThat(method.train(rows, few, 5).save()).isEqualTo(saved);
    assertThat(method.train(rows, few, 6).save()).isNotEqualTo(saved);
    RowScorer loaded = method.load(ModelArrays.read(saved.toBytes()), 3);
    RowScorer trained = method.train(rows, few, 5);
    for (double[] row : rows) {
      assertThat(loaded.unusual(row)).isEqualTo(trained.unusual(row));
    }
    assertThatThrownBy(() -> method.load(saved, 1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void rowsThatAreAllTheSameAreOneLeaf() {
    var rows = new double[200][];
    Arrays.fill(rows, new double[] {4, 4});
    RowScorer forest = new IsolationForest().train(rows, Parameters.NONE, 1);
    assertThat(forest.unusual(new double[] {4, 4})).isCloseTo(0.5, within(1e-12));
  }
}
