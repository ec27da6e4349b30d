package dev.tidewatch.models.detection.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tidewatch.models.Seeds;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.detection.Detector;
import dev.tidewatch.models.detection.DetectorContract;
import dev.tidewatch.models.detection.DetectorFamily;
import dev.tidewatch.models.detection.DetectorModel;
import dev.tidewatch.models.detection.Verdict;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.timeseries.Times;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class OnlineFamilyTest extends DetectorContract {
  private static final SeriesName NEW = new SeriesName("new");
  private static final long STEP = 5 * Times.MICROS_PER_MINUTE;

  @Override
  protected DetectorFamily family() {
    return new OnlineFamily();
  }

  /** A daily shape with noise whose tails are heavy, and now and then a jump. */
  private static double[] restless(RandomGenerator random, int rows) {
    var values = new double[rows];
    double level = 0;
    for (int row = 0; row < rows; row++) {
      level += random.nextInt(700) == 0 ? 5 * random.nextGaussian() : 0;
      double noise = random.nextGaussian() / Math.max(0.05, random.nextDouble());
      values[row] = level + 10 * Math.sin(2 * Math.PI * row / 288) + noise;
    }
    return values;
  }

  private static List<Verdict> verdicts(Detector detector, double[] values, int from) {
    var out = new ArrayList<Verdict>();
    for (int row = from; row < values.length; row++) {
      out.add(detector.score(row * STEP, values[row]));
    }
    return out;
  }

  @Test
  void restoringAtAnyRowChangesNoVerdict() {
    DetectorModel model = model();
    Seeds.forEach(
        3,
        random -> {
          double[] values = restless(random, 6_000);
          List<Verdict> whole = verdicts(model.start(NEW), values, 0);
          Detector pieces = model.start(NEW);
          for (int row = 0; row < values.length; row++) {
            if (random.nextInt(100) == 0) {
              byte[] state = pieces.save();
              assertThat(state.length).isLessThanOrEqualTo(model.stateBytesMax());
              pieces = model.restore(state, Parameters.NONE);
            }
            assertThat(pieces.score(row * STEP, values[row])).isEqualTo(whole.get(row));
          }
        });
  }

  @Test
  void aStateFitsInto16Kilobytes() {
    assertThat(model().stateBytesMax()).isLessThanOrEqualTo(16 * 1024);
  }

  @Test
  void scoresAreOfTheUnitIntervalAndWithinBoundsMostOfTheTime() {
    double[] values = restless(new SplittableRandom(3), 8_000);
    int outside = 0;
    Detector detector = model().start(NEW);
    for (int row = 0; row < values.length; row++) {
      Verdict verdict = detector.score(row * STEP, values[row]);
      assertThat(verdict.score()).isBetween(0.0, 1.0);
      assertThat(verdict.lower()).isLessThanOrEqualTo(verdict.expected());
      assertThat(verdict.upper()).isGreaterThanOrEqualTo(verdict.expected());
      outside += values[row] < verdict.lower() || values[row] > verdict.upper() ? 1 : 0;
    }
    assertThat(outside).isLessThan(values.length / 50);
  }

  /** A series in other units and from another origin is as unusual at the same readings. */
  @Test
  void unitsDoNotMatter() {
    Seeds.forEach(
        3,
        random -> {
          double[] values = restless(random, 4_000);
          var other = new double[values.length];
          for (int row = 0; row < values.length; row++) {
            other[row] = -1_024 * values[row];
          }
          List<Verdict> one = verdicts(model().start(NEW), values, 0);
          List<Verdict> two = verdicts(model().start(NEW), other, 0);
          for (int row = 0; row < values.length; row++) {
            assertThat(two.get(row).score()).isCloseTo(one.get(row).score(), within(1e-3));
          }
        });
  }

  @Test
  void aSeriesThatNeverMovesIsQuietUntilItDoes() {
    Detector detector = model().start(NEW);
    var values = new double[1_000];
    Arrays.fill(values, 21.7);
    assertThat(verdicts(detector, values, 0)).allMatch(verdict -> verdict.score() == 0);
    assertThat(detector.score(1_000 * STEP, 21.8).anomaly()).isTrue();
  }

  @Test
  void aGlitchDoesNotBlind() {
    double[] values = restless(new SplittableRandom(8), 6_000);
    values[2_000] = 1e25;
    values[5_500] += 400;
    Detector detector = model().start(NEW);
    List<Verdict> verdicts = verdicts(detector, values, 0);
    assertThat(verdicts.get(2_000).anomaly()).isTrue();
    assertThat(verdicts.get(5_500).anomaly()).isTrue();
  }
}
