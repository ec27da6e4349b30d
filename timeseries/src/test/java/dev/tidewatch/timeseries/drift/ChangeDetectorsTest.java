package dev.tidewatch.timeseries.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ChangeDetectorsTest {
  /** Rows at which scikit-multiflow's own tests expect alarms; expected_detections.json. */
  static Stream<List<Object>> published() {
    return Stream.of(
        List.of(
            "skmultiflow_drift_stream.csv",
            (Supplier<ChangeDetector>) PageHinkley::new,
            List.of(1013, 1335, 1505, 1758)),
        List.of(
            "skmultiflow_drift_stream.csv",
            (Supplier<ChangeDetector>) Adwin::new,
            List.of(1023, 1055, 1087, 1151)),
        List.of("bernoulli_1drift.csv", (Supplier<ChangeDetector>) Ddm::new, List.of(103, 1060)));
  }

  @ParameterizedTest
  @MethodSource("published")
  void repeatsPublishedAlarms(List<Object> published) throws IOException {
    String folder = System.getenv("TIDEWATCH_DATA");
    Assumptions.assumeTrue(folder != null, "TIDEWATCH_DATA names the folder of public data");
    List<String> lines = Files.readAllLines(Path.of(folder, "drift", (String) published.get(0)));
    double[] values = lines.stream().skip(1).mapToDouble(Double::parseDouble).toArray();
    ChangeDetector detector = (ChangeDetector) ((Supplier<?>) published.get(1)).get();
    assertThat(alarms(detector, values)).isEqualTo(published.get(2));
  }

  private static List<Integer> alarms(ChangeDetector detector, double[] values) {
    var alarms = new ArrayList<Integer>();
    for (int i = 0; i < values.length; i++) {
      if (detector.add(values[i])) {
        alarms.add(i);
      }
    }
    return alarms;
  }

  private static double[] stream(long seed, int count, int changeAt, double shift) {
    var random = new Random(seed);
    var values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = random.nextGaussian() + (i >= changeAt ? shift : 0);
    }
    return values;
  }

  static Stream<Supplier<ChangeDetector>> detectors() {
    return Stream.of(
        PageHinkley::new, () -> new PageHinkley(1, 0.3, 35, 1), Adwin::new, ResidualDrift::new);
  }

  @ParameterizedTest
  @MethodSource("detectors")
  void goesOnFromAnyState(Supplier<ChangeDetector> make) {
    double[] values = stream(7, 4000, 2500, 2);
    ChangeDetector straight = make.get();
    List<Integer> expected = alarms(straight, values);
    assertThat(expected).isNotEmpty();
    var random = new Random(8);
    var seen = new ArrayList<Integer>();
    ChangeDetector one = make.get();
    for (int i = 0; i < values.length; i++) {
      if (random.nextInt(50) == 0) {
        double[] state = one.state();
        one = make.get();
        one.restore(state);
      }
      if (one.add(values[i])) {
        seen.add(i);
      }
    }
    assertThat(seen).isEqualTo(expected);
    assertThat(one.state()).isEqualTo(straight.state());
  }

  @ParameterizedTest
  @MethodSource("detectors")
  void refusesWhatIsNoStateAndWhatIsNoValue(Supplier<ChangeDetector> make) {
    ChangeDetector detector = make.get();
    for (double[] state : List.of(new double[0], new double[] {-1}, new double[] {1, 2, 3, 4})) {
      assertThatThrownBy(() -> detector.restore(state))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> detector.add(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void ddmTakesErrorsAlone() {
    var ddm = new Ddm();
    assertThatThrownBy(() -> ddm.add(0.5)).hasMessageContaining("0 or 1");
    var random = new Random(3);
    var alarms = new ArrayList<Integer>();
    boolean warned = false;
    for (int i = 0; i < 2000; i++) {
      boolean isAlarm = ddm.add(random.nextDouble() < (i < 1000 ? 0.1 : 0.5) ? 1 : 0);
      warned |= ddm.isWarning();
      if (isAlarm) {
        alarms.add(i);
      }
      if (i == 500) {
        double[] state = ddm.state();
        ddm.restore(state);
      }
    }
    assertThat(warned).isTrue();
    assertThat(alarms).anyMatch(at -> at >= 1000 && at < 1100);
  }

  @Test
  void residualDriftTellsWhatChanged() {
    var up = new ResidualDrift();
    double[] values = stream(11, 2000, 1000, 1.5);
    Optional<ResidualDrift.Change> found = Optional.empty();
    int at = -1;
    while (found.isEmpty() && at + 1 < values.length) {
      found = up.next(values[++at]);
    }
    assertThat(at).isBetween(1001, 1150);
    ResidualDrift.Change change = found.orElseThrow();
    assertThat(change.test()).isEqualTo(ResidualDrift.Test.PAGE_HINKLEY);
    assertThat(change.meanShift()).isBetween(0.8, 2.0);
    assertThat(change.after()).isGreaterThan(change.before() + 0.5);
    assertThat(up.isArmed()).isFalse();
  }

  @Test
  void residualDriftSeesThemGrowAndMoveBothWays() {
    int found = 0;
    for (int seed = 0; seed < 20; seed++) {
      var detector = new ResidualDrift();
      double[] values = stream(seed, 1500, 1000, 0);
      for (int i = 1000; i < values.length; i++) {
        values[i] = seed % 2 == 0 ? 2 * values[i] : values[i] - 1;
      }
      List<Integer> alarms = alarms(detector, values);
      if (alarms.size() == 1 && alarms.getFirst() >= 1000) {
        found++;
      }
    }
    assertThat(found).isGreaterThanOrEqualTo(19);
  }

  @Test
  void residualsThatGoTogetherAreNoDrift() {
    for (int seed = 0; seed < 10; seed++) {
      var random = new Random(seed);
      var detector = new ResidualDrift();
      double before = 0;
      for (int i = 0; i < 5000; i++) {
        before = 0.8 * before + random.nextGaussian();
        assertThat(detector.add(before)).as("seed %d, value %d", seed, i).isFalse();
      }
    }
  }

  @Test
  void aStreamThatNeverMovedMovesAtOnce() {
    var detector = new ResidualDrift();
    for (int i = 0; i < 1000; i++) {
      assertThat(detector.add(5)).isFalse();
    }
    int at = 0;
    while (!detector.add(6)) {
      at++;
      assertThat(at).isLessThan(100);
    }
    assertThat(at).isPositive();
  }
}
