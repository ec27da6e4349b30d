package dev.tidewatch.models.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.bundle.BundleException;
import dev.tidewatch.models.bundle.BundleLimits;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.training.Provenance;
import dev.tidewatch.models.training.TrainingProgress;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.ReadingColumns;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.timeseries.Times;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What every detector of one series promises, whatever it learns. */
public abstract class DetectorContract {
  private static final SeriesName A = new SeriesName("a");
  private static final SeriesName B = new SeriesName("b");
  private static final int FITTED = 24 * 30;

  protected abstract DetectorFamily family();

  /** Settings that make it small enough for a test. */
  protected Map<String, String> parameters() {
    return Map.of();
  }

  protected static final Grid GRID = Grid.ofStep(Duration.ofHours(1));

  /** Hourly readings with a daily shape. */
  protected static ReadingColumns readings(int count, double scale, long seed) {
    var random = new SplittableRandom(seed);
    var out = ReadingColumns.builder();
    for (int hour = 0; hour < count; hour++) {
      double shape = 10 * Math.sin(2 * Math.PI * (hour % 24) / 24);
      out.add(hour * Times.MICROS_PER_HOUR, scale * (20 + shape + random.nextGaussian()));
    }
    return out.build();
  }

  protected final DetectorTraining training() {
    var series = new TreeMap<SeriesName, ReadingColumns>();
    series.put(A, readings(FITTED, 1, 1));
    series.put(B, readings(FITTED, 1_000, 2));
    return new DetectorTraining(
        series,
        GRID,
        Parameters.of(parameters()),
        new Provenance("00".repeat(32), "test", 7),
        TrainingProgress.SILENT);
  }

  protected final DetectorModel model() {
    return family().load(Bundle.read(family().fit(training()).toBytes(), BundleLimits.DEFAULT));
  }

  private static List<Verdict> verdicts(Detector detector, ReadingColumns rows, int from, int to) {
    var out = new ArrayList<Verdict>();
    for (int row = from; row < to; row++) {
      out.add(detector.score(rows.timeMicros(row), rows.value(row)));
    }
    return out;
  }

  @Test
  void findsAnOutlierAndIsQuietWithout() {
    DetectorModel model = model();
    ReadingColumns rows = readings(FITTED + 240, 1, 1);
    Detector detector = model.start(A);
    assertThat(detector.newestMicros()).isEqualTo((FITTED - 1) * Times.MICROS_PER_HOUR);
    List<Verdict> quiet = verdicts(detector, rows, FITTED, FITTED + 240);
    assertThat(quiet.stream().filter(Verdict::anomaly).count()).isLessThan(6);
    Verdict outlier = detector.score((FITTED + 240) * Times.MICROS_PER_HOUR, 120);
    assertThat(outlier.score())
        .isGreaterThan(quiet.stream().mapToDouble(Verdict::score).max().orElseThrow());
    assertThat(outlier.anomaly()).isTrue();
    assertThat(outlier.cause()).isEqualTo(Cause.DEVIATION);
    assertThat(outlier.expected()).isBetween(-20.0, 60.0);
    assertThat(outlier.lower()).isLessThanOrEqualTo(outlier.expected());
    assertThat(outlier.upper()).isGreaterThanOrEqualTo(outlier.expected());
  }

  @Test
  void servesSeriesThatItWasNotTrainedOn() {
    DetectorModel model = model();
    var other = new SeriesName("other");
    assertThat(model.isTrainedOn(A)).isTrue();
    assertThat(model.isTrainedOn(other)).isFalse();
    Detector detector = model.start(other);
    assertThat(detector.newestMicros()).isEqualTo(Long.MIN_VALUE);
    ReadingColumns rows = readings(FITTED, 3, 9);
    verdicts(detector, rows, 0, FITTED);
    assertThat(detector.score(FITTED * Times.MICROS_PER_HOUR, 400).severity())
        .isGreaterThanOrEqualTo(Severity.LOW);
  }

  @Test
  void sameDataAndSeedGiveTheSameBundle() {
    assertThat(family().fit(training()).sha256()).isEqualTo(family().fit(training()).sha256());
  }

  @Test
  void aSavedStateGoesOnExactly() {
    DetectorModel model = model();
    ReadingColumns rows = readings(FITTED + 300, 1, 4);
    for (int cut : new int[] {0, 1, 17, 300, FITTED + 100}) {
      Detector detector = model.start(new SeriesName("new"));
      verdicts(detector, rows, 0, cut);
      byte[] state = detector.save();
      assertThat(state.length).isLessThanOrEqualTo(model.stateBytesMax());
      Detector restored = model.restore(state, Parameters.NONE);
      assertThat(restored.save()).isEqualTo(state);
      int end = Math.min(cut + 200, rows.size());
      assertThat(verdicts(restored, rows, cut, end)).isEqualTo(verdicts(detector, rows, cut, end));
      assertThat(restored.newestMicros()).isEqualTo(detector.newestMicros());
    }
  }

  @Test
  void lateReadingsAreScoredButNotLearnt() {
    Detector detector = model().start(A);
    byte[] before = detector.save();
    Verdict late = detector.score(5 * Times.MICROS_PER_HOUR, 1e6);
    assertThat(late.anomaly()).isFalse();
    assertThat(detector.save()).isEqualTo(before);
  }

  @Test
  void valuesAtTheEdgeOfDoublesAreSurvived() {
    Detector detector = model().start(A);
    double[] extremes = {1e308, -1e308, Double.MIN_VALUE, 0, -0.0, 1e-300};
    for (int i = 0; i < 300; i++) {
      Verdict verdict =
          detector.score((FITTED + i) * Times.MICROS_PER_HOUR, extremes[i % extremes.length]);
      assertThat(verdict.score()).isBetween(0.0, Verdict.SCORE_MAX);
    }
    assertThatThrownBy(() -> detector.score(Long.MAX_VALUE / 2, Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesForeignStatesAndParameters() {
    DetectorModel model = model();
    byte[] state = model.start(A).save();
    state[state.length / 2] ^= 1;
    assertThatThrownBy(() -> model.restore(state, Parameters.NONE))
        .isInstanceOf(BundleException.class);
    assertThatThrownBy(() -> model.start(A, Parameters.of(Map.of("no_such", "1"))))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
