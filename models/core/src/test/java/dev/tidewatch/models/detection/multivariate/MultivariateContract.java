package dev.tidewatch.models.detection.multivariate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.bundle.BundleException;
import dev.tidewatch.models.bundle.BundleLimits;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.training.InsufficientHistoryException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What every detector of several series promises, whatever it learns. */
public abstract class MultivariateContract {
  private static final int FITTED = 400;

  protected abstract MultivariateDetectorFamily family();

  /** Settings that make it small enough for a test. */
  protected Map<String, String> parameters() {
    return Map.of();
  }

  /** Of 170 faulty rows in which two of four inputs are off by seven standard deviations. */
  protected int foundMin() {
    return 120;
  }

  protected final MultivariateDetectorModel model(double[][] rows) {
    Bundle bundle = family().fit(MultivariateSensors.training(rows, 0, FITTED, parameters()));
    return family().load(Bundle.read(bundle.toBytes(), BundleLimits.DEFAULT));
  }

  protected static List<MultivariateVerdict> verdicts(
      MultivariateDetector detector, double[][] rows, int from, int to) {
    var out = new ArrayList<MultivariateVerdict>();
    for (int row = from; row < to; row++) {
      out.add(detector.score(row, rows[row]));
    }
    return out;
  }

  @Test
  void findsAShiftAndIsQuietWithout() {
    double[][] rows = MultivariateSensors.rows(900, 11);
    for (int row = 700; row < 900; row++) {
      rows[row][2] += 0.08;
      rows[row][0] += 12;
    }
    List<MultivariateVerdict> verdicts = verdicts(model(rows).start(), rows, FITTED, 900);
    long quiet = verdicts.subList(0, 300).stream().filter(MultivariateVerdict::high).count();
    long found = verdicts.subList(330, 500).stream().filter(MultivariateVerdict::high).count();
    assertThat(quiet).as("false alarms of 300 rows").isLessThan(30);
    assertThat(found).as("of 170 faulty rows").isGreaterThanOrEqualTo(foundMin());
    assertThat(verdicts.subList(300, 500).stream().anyMatch(MultivariateVerdict::anomaly)).isTrue();
  }

  @Test
  void scaleAndUnitDoNotMatter() {
    double[][] rows = MultivariateSensors.rows(500, 12);
    double[][] others = new double[rows.length][];
    for (int row = 0; row < rows.length; row++) {
      others[row] = Arrays.stream(rows[row]).map(value -> 4_096 * value).toArray();
    }
    List<MultivariateVerdict> ours = verdicts(model(rows).start(), rows, FITTED, 500);
    List<MultivariateVerdict> theirs = verdicts(model(others).start(), others, FITTED, 500);
    for (int i = 0; i < ours.size(); i++) {
      assertThat(theirs.get(i).score())
          .isCloseTo(ours.get(i).score(), org.assertj.core.api.Assertions.within(1e-6));
    }
  }

  @Test
  void sameDataAndSeedGiveTheSameBundle() {
    double[][] rows = MultivariateSensors.rows(FITTED, 13);
    var training = MultivariateSensors.training(rows, 0, FITTED, parameters());
    assertThat(family().fit(training).sha256()).isEqualTo(family().fit(training).sha256());
  }

  @Test
  void aSavedStateGoesOnExactly() {
    double[][] rows = MultivariateSensors.rows(600, 14);
    MultivariateDetectorModel model = model(rows);
    for (int cut : new int[] {FITTED, FITTED + 1, 437, 555}) {
      MultivariateDetector detector = model.start();
      verdicts(detector, rows, FITTED, cut);
      byte[] state = detector.save();
      assertThat(state.length).isLessThanOrEqualTo(model.stateBytesMax());
      MultivariateDetector restored = model.restore(state);
      assertThat(restored.save()).isEqualTo(state);
      assertThat(verdicts(restored, rows, cut, 600)).isEqualTo(verdicts(detector, rows, cut, 600));
      assertThat(restored.newestIndex()).isEqualTo(599);
    }
  }

  @Test
  void anotherThresholdChangesNothingButWhatIsHigh() {
    double[][] rows = MultivariateSensors.rows(900, 11);
    for (int row = 700; row < 900; row++) {
      rows[row][2] += 0.08;
      rows[row][0] += 12;
    }
    MultivariateDetectorModel model = model(rows);
    MultivariateDetectorModel strict = model.with(Parameters.of(Map.of("threshold", "1000")));
    List<MultivariateVerdict> trained = verdicts(model.start(), rows, FITTED, 900);
    List<MultivariateVerdict> tuned = verdicts(strict.start(), rows, FITTED, 900);
    assertThat(tuned)
        .extracting(MultivariateVerdict::score)
        .isEqualTo(trained.stream().map(MultivariateVerdict::score).toList());
    assertThat(trained).anyMatch(MultivariateVerdict::high);
    assertThat(tuned).noneMatch(MultivariateVerdict::high).noneMatch(MultivariateVerdict::anomaly);

    MultivariateDetector begun = strict.start();
    verdicts(begun, rows, FITTED, 700);
    assertThat(verdicts(model.restore(begun.save()), rows, 700, 900))
        .as("a state goes on under any threshold")
        .anyMatch(MultivariateVerdict::anomaly);
    assertThat(model.with(Parameters.NONE).start().save()).isEqualTo(model.start().save());
    for (var overrides : List.of(Map.of("threshold", "0"), Map.of("window", "10"))) {
      assertThatThrownBy(() -> model.with(Parameters.of(overrides)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(overrides.keySet().iterator().next());
    }
  }

  @Test
  void missingValuesAndRowsAreTakenAsTheyAre() {
    double[][] rows = MultivariateSensors.rows(600, 15);
    for (int row = 100; row < 130; row++) {
      rows[row][1] = Double.NaN;
    }
    MultivariateDetector detector = model(rows).start();
    for (int row = FITTED; row < 600; row++) {
      if (row < 450 || row >= 520) {
        rows[row][row % MultivariateSensors.INPUTS] = Double.NaN;
        assertThat(detector.score(row, rows[row]).score()).isBetween(0.0, 1_000.0);
      }
    }
    var nothing = new double[MultivariateSensors.INPUTS];
    Arrays.fill(nothing, Double.NaN);
    for (int row = 600; row < 700; row++) {
      detector.score(row, nothing);
    }
    assertThat(detector.score(700, nothing).score()).isZero();
  }

  @Test
  void refusesWhatDoesNotFit() {
    double[][] rows = MultivariateSensors.rows(500, 16);
    MultivariateDetectorModel model = model(rows);
    MultivariateDetector detector = model.start();
    assertThatThrownBy(() -> detector.score(FITTED - 1, rows[0]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> detector.score(FITTED, new double[1]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> detector.score(FITTED, new double[] {1, 2, 3, 1.0 / 0}))
        .isInstanceOf(IllegalArgumentException.class);
    byte[] state = detector.save();
    state[state.length / 2] ^= 1;
    assertThatThrownBy(() -> model.restore(state)).isInstanceOf(BundleException.class);
    assertThatThrownBy(() -> family().fit(MultivariateSensors.training(rows, 0, 5, parameters())))
        .isInstanceOf(InsufficientHistoryException.class);
    assertThatThrownBy(() ->
            family().fit(MultivariateSensors.training(rows, 0, FITTED, Map.of("unknown", "1"))))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
