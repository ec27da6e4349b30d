package dev.tidewatch.models.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tidewatch.models.ModelFamilies;
import dev.tidewatch.models.Seeds;
import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.bundle.BundleException;
import dev.tidewatch.models.bundle.BundleLimits;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.training.InsufficientHistoryException;
import dev.tidewatch.models.training.Provenance;
import dev.tidewatch.models.training.TrainingProgress;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.ReadingColumns;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.timeseries.Times;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DetectorsTest {
  private static final SeriesName SENSOR = new SeriesName("sensor");
  private static final Grid GRID = Grid.ofStep(Duration.ofMinutes(5));

  private static DetectorTraining training(
      ReadingColumns readings, Map<String, String> parameters) {
    return new DetectorTraining(
        new TreeMap<>(Map.of(SENSOR, readings)),
        GRID,
        Parameters.of(parameters),
        new Provenance("00".repeat(32), "test", 7),
        TrainingProgress.SILENT);
  }

  private static DetectorModel model(
      DetectorFamily family, ReadingColumns readings, Map<String, String> parameters) {
    Bundle saved =
        Bundle.read(family.fit(training(readings, parameters)).toBytes(), BundleLimits.DEFAULT);
    return ModelFamilies.core().loadDetector(saved);
  }

  private static DetectorModel untrained(DetectorFamily family, Map<String, String> parameters) {
    return model(family, ReadingColumns.of(new long[] {0}, new double[] {0}), parameters);
  }

  private static Detector fresh(DetectorFamily family, Map<String, String> parameters) {
    return untrained(family, parameters).start(new SeriesName("new"));
  }

  @ParameterizedTest
  @CsvSource({
    "2.999, NONE",
    "3, LOW",
    "3.999, LOW",
    "4, MEDIUM",
    "4.999, MEDIUM",
    "5, HIGH",
    "6, HIGH",
    "6.001, CRITICAL"
  })
  void severityFollowsTheLadder(double score, Severity severity) {
    assertThat(Severity.ofScore(score)).isEqualTo(severity);
  }

  @Test
  void standardZScoreIsTheTextbookDefinition() {
    Detector detector = fresh(new ZScoreFamily(), Map.of("method", "standard"));
    double[] past = {2, 4, 4, 4, 5, 5, 7, 9};
    for (int i = 0; i < past.length; i++) {
      detector.score(i * 2L * Times.MICROS_PER_HOUR, past[i]);
    }
    // Mean 5, squared deviations 32: sample standard deviation sqrt(32 / 7).
    Verdict verdict = detector.score(30 * Times.MICROS_PER_HOUR, 15);
    assertThat(verdict.score()).isCloseTo(10 / Math.sqrt(32 / 7.0), within(1e-12));
    assertThat(verdict.expected()).isEqualTo(5);
    assertThat(verdict.upper()).isCloseTo(5 + 3 * Math.sqrt(32 / 7.0), within(1e-12));
    assertThat(verdict.severity()).isEqualTo(Severity.MEDIUM);
    assertThat(verdict.anomaly()).isTrue();
    assertThat(verdict.cause()).isEqualTo(Cause.DEVIATION);
  }

  @Test
  void standardMovingAverageLooksAtItsWindowOnly() {
    Seeds.forEach(
        20,
        random -> {
          Detector detector =
              fresh(new MovingAverageFamily(), Map.of("method", "standard", "window", "7"));
          var values = new ArrayList<Double>();
          for (int i = 0; i < 60; i++) {
            double value = 1e6 + random.nextGaussian();
            double score = detector.score(i, value).score();
            if (i >= 7) {
              List<Double> window = values.subList(i - 7, i);
              double mean = window.stream().mapToDouble(v -> v).average().orElseThrow();
              double squares = window.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum();
              assertThat(score)
                  .isCloseTo(
                      Math.abs(value - mean) / Math.sqrt(squares / 6),
                      within(1e-5 * Math.max(1, score)));
            }
            values.add(value);
          }
        });
  }

  @Test
  void aConstantPastMakesAnyChangeAnomalousButItselfNot() {
    for (DetectorFamily family : List.of(new ZScoreFamily(), new MovingAverageFamily())) {
      Detector detector = fresh(family, Map.of("method", "standard"));
      for (int i = 0; i < 20; i++) {
        assertThat(detector.score(i, 5).score()).isZero();
      }
      assertThat(detector.score(20, 5.1).score()).isEqualTo(Verdict.SCORE_MAX);
    }
  }

  @Test
  void findsFaultsOfEveryKindWithFewFalseAlarms() {
    var random = new SplittableRandom(5);
    int planted = 0;
    int found = 0;
    int falseAlarms = 0;
    var missed = new ArrayList<String>();
    for (var fault : SyntheticSensor.Fault.values()) {
      for (int trial = 0; trial < 15; trial++) {
        int onset =
            (60 + trial % 7) * SyntheticSensor.STEPS_PER_DAY
                + random.nextInt(SyntheticSensor.STEPS_PER_DAY);
        int length =
            switch (fault) {
              case STUCK, SHIFT -> 72;
              case SPIKE -> 2;
              case DRIFT -> 360;
              case NONE -> 0;
            };
        double size =
            (random.nextBoolean() ? 1 : -1) * (fault == SyntheticSensor.Fault.DRIFT ? 14 : 11);
        long seed = random.nextLong();
        ReadingColumns readings =
            SyntheticSensor.readings(
                new SplittableRandom(seed), 75, fault, onset, onset + length, size);
        Detector detector =
            model(
                    new ZScoreFamily(),
                    readings.slice(0, 59 * SyntheticSensor.STEPS_PER_DAY),
                    Map.of())
                .start(SENSOR);
        int within = fault == SyntheticSensor.Fault.DRIFT ? 288 : 12;
        boolean hit = false;
        for (int row = 59 * SyntheticSensor.STEPS_PER_DAY; row < readings.size(); row++) {
          if (detector.score(readings.timeMicros(row), readings.value(row)).anomaly()) {
            hit |= row >= onset && row < onset + within;
            falseAlarms += row < onset || row >= onset + length + 72 ? 1 : 0;
          }
        }
        if (fault != SyntheticSensor.Fault.NONE) {
          planted++;
          found += hit ? 1 : 0;
          if (!hit) {
            missed.add(fault + " of seed " + seed);
          }
        }
      }
    }
    assertThat(found)
        .as("found of %d; missed %s", planted, missed)
        .isGreaterThanOrEqualTo(planted * 85 / 100);
    // 75 series watched for 16 days each.
    assertThat(falseAlarms).isLessThanOrEqualTo(planted / 4);
  }

  @Test
  void movingAverageSeesShiftsAndDriftsButNoSpikes() {
    for (var fault :
        List.of(
            SyntheticSensor.Fault.SPIKE,
            SyntheticSensor.Fault.SHIFT,
            SyntheticSensor.Fault.DRIFT)) {
      int onset = 60 * SyntheticSensor.STEPS_PER_DAY + 100;
      int end = onset + (fault == SyntheticSensor.Fault.SPIKE ? 1 : 350);
      ReadingColumns readings =
          SyntheticSensor.readings(new SplittableRandom(8), 62, fault, onset, end, 15);
      Detector detector =
          model(new MovingAverageFamily(), readings.slice(0, onset), Map.of()).start(SENSOR);
      var causes = new ArrayList<Cause>();
      for (int row = onset; row < end + 20; row++) {
        Verdict verdict = detector.score(readings.timeMicros(row), readings.value(row));
        if (verdict.anomaly()) {
          causes.add(verdict.cause());
        }
      }
      if (fault == SyntheticSensor.Fault.SPIKE) {
        assertThat(causes).isEmpty();
      } else {
        assertThat(causes).hasSize(1).doesNotContain(Cause.DEVIATION, Cause.STUCK);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "zscore, seasonal",
    "zscore, standard",
    "moving-average, seasonal",
    "moving-average, standard"
  })
  void savedStateContinuesExactly(String family, String method) {
    Seeds.forEach(
        3,
        random -> {
          DetectorModel model =
              untrained(
                  ModelFamilies.core().detectorFamily(family).orElseThrow(),
                  Map.of("method", method, "window", "30"));
          ReadingColumns readings =
              SyntheticSensor.readings(
                  random,
                  24,
                  SyntheticSensor.Fault.STUCK,
                  20 * SyntheticSensor.STEPS_PER_DAY,
                  21 * SyntheticSensor.STEPS_PER_DAY,
                  0);
          Detector whole = model.start(SENSOR);
          Detector pieces = model.start(SENSOR);
          for (int row = 0; row < readings.size(); row++) {
            if (random.nextInt(40) == 0) {
              byte[] state = pieces.save();
              assertThat(state.length).isLessThanOrEqualTo(model.stateBytesMax());
              pieces = model.restore(state, Parameters.NONE);
              assertThat(pieces.save()).isEqualTo(state);
            }
            assertThat(pieces.score(readings.timeMicros(row), readings.value(row)))
                .isEqualTo(whole.score(readings.timeMicros(row), readings.value(row)));
            assertThat(pieces.newestMicros()).isEqualTo(readings.timeMicros(row));
          }
        });
  }

  @Test
  void statesFitIntoAFewKilobytes() {
    assertThat(untrained(new ZScoreFamily(), Map.of()).stateBytesMax()).isLessThan(6_000);
    assertThat(untrained(new ZScoreFamily(), Map.of("slots_per_day", "288")).stateBytesMax())
        .isLessThan(16_000);
  }

  @Test
  void brokenOrForeignStatesAreRefused() {
    DetectorModel seasonal = untrained(new ZScoreFamily(), Map.of());
    DetectorModel standard = untrained(new ZScoreFamily(), Map.of("method", "standard"));
    byte[] state = seasonal.start(SENSOR).save();
    Seeds.forEach(
        200,
        random -> {
          byte[] broken = state.clone();
          broken[random.nextInt(broken.length)] ^= (byte) (1 << random.nextInt(8));
          assertThatThrownBy(() -> seasonal.restore(broken, Parameters.NONE))
              .isInstanceOf(BundleException.class);
        });
    for (int length : new int[] {0, 3, 10, state.length - 1}) {
      byte[] cut = Arrays.copyOf(state, length);
      assertThatThrownBy(() -> seasonal.restore(cut, Parameters.NONE))
          .isInstanceOf(BundleException.class);
    }
    assertThatThrownBy(() -> standard.restore(state, Parameters.NONE))
        .isInstanceOf(BundleException.class);
    assertThatThrownBy(() -> seasonal.restore(state, Parameters.of(Map.of("slots_per_day", "24"))))
        .isInstanceOf(BundleException.class);
  }

  @Test
  void lateReadingsAreJudgedButTeachNothing() {
    ReadingColumns readings =
        SyntheticSensor.readings(new SplittableRandom(2), 30, SyntheticSensor.Fault.NONE, 0, 0, 0);
    Detector detector = model(new ZScoreFamily(), readings, Map.of()).start(SENSOR);
    byte[] before = detector.save();
    long newest = detector.newestMicros();
    Verdict verdict = detector.score(newest, 1_000);
    assertThat(verdict.severity()).isEqualTo(Severity.CRITICAL);
    assertThat(verdict.anomaly()).isFalse();
    detector.score(newest - 1, 1_000);
    assertThat(detector.save()).isEqualTo(before);
    assertThat(detector.score(newest + SyntheticSensor.STEP_MICROS, 1_000).anomaly()).isTrue();
  }

  @Test
  void aNewLevelThatLastsIsAccepted() {
    int shift = 40 * SyntheticSensor.STEPS_PER_DAY;
    ReadingColumns readings =
        SyntheticSensor.readings(
            new SplittableRandom(4), 60, SyntheticSensor.Fault.SHIFT, shift, Integer.MAX_VALUE, 40);
    Detector detector = fresh(new ZScoreFamily(), Map.of());
    int anomalies = 0;
    int high = 0;
    for (int row = 0; row < readings.size(); row++) {
      Verdict verdict = detector.score(readings.timeMicros(row), readings.value(row));
      if (row >= shift) {
        anomalies += verdict.anomaly() ? 1 : 0;
        high += row >= shift + 6 * SyntheticSensor.STEPS_PER_DAY && verdict.score() >= 3 ? 1 : 0;
      }
    }
    assertThat(anomalies).isBetween(1, 3);
    assertThat(high).as("high scores once six days are over").isLessThan(60);
  }

  @Test
  void weekendsThatDifferAreNoAnomalies() {
    ReadingColumns readings =
        SyntheticSensor.readings(new SplittableRandom(6), 42, SyntheticSensor.Fault.NONE, 0, 0, 0);
    Detector detector = fresh(new ZScoreFamily(), Map.of());
    int anomalies = 0;
    for (int row = 0; row < readings.size(); row++) {
      anomalies += detector.score(readings.timeMicros(row), readings.value(row)).anomaly() ? 1 : 0;
    }
    assertThat(anomalies).isLessThanOrEqualTo(2);
  }

  @Test
  void aValveThatRestsAtItsEndsIsNotStuck() {
    var random = new SplittableRandom(9);
    Detector detector = fresh(new ZScoreFamily(), Map.of("watch", "stuck"));
    long time = SyntheticSensor.START_MICROS;
    double held = 0;
    int anomalies = 0;
    boolean found = false;
    for (int row = 0; row < 40 * 288; row++, time += SyntheticSensor.STEP_MICROS) {
      boolean closed = row % 288 < 96 + random.nextInt(10);
      double value = closed ? 0 : 50 + 10 * random.nextGaussian();
      boolean stuck = row >= 35 * 288 + 150 && row < 35 * 288 + 200;
      held = stuck ? held : value;
      boolean anomaly = detector.score(time, held).anomaly();
      if (row >= 10 * 288) {
        anomalies += anomaly ? 1 : 0;
        found |= anomaly && stuck && row < 35 * 288 + 162;
      }
    }
    assertThat(found).as("stuck in the middle of its range, within an hour").isTrue();
    assertThat(anomalies).isEqualTo(1);
  }

  @Test
  void survivesAnyFiniteInputAndRefusesTheRest() {
    for (DetectorFamily family : List.of(new ZScoreFamily(), new MovingAverageFamily())) {
      for (String method : List.of("seasonal", "standard")) {
        Seeds.forEach(
            10,
            random -> {
              DetectorModel model = untrained(family, Map.of("method", method, "window", "20"));
              Detector detector = model.start(SENSOR);
              long time = random.nextLong(-1L << 50, 1L << 50);
              for (int i = 0; i < 3_000; i++) {
                time +=
                    random.nextInt(20) == 0
                        ? random.nextLong(40 * Times.MICROS_PER_DAY)
                        : random.nextLong(Times.MICROS_PER_HOUR);
                double value =
                    switch (random.nextInt(6)) {
                      case 0 -> Double.MAX_VALUE * (random.nextBoolean() ? 1 : -1);
                      case 1 -> 0;
                      case 2 -> Double.MIN_VALUE;
                      default -> 1e9 * random.nextGaussian();
                    };
                Verdict verdict = detector.score(time, value);
                assertThat(verdict.score()).isBetween(0.0, Verdict.SCORE_MAX);
                assertThat(verdict.expected()).isFinite();
                assertThat(verdict.lower()).isFinite();
                assertThat(verdict.upper()).isFinite();
              }
              assertThat(detector.save().length).isLessThanOrEqualTo(model.stateBytesMax());
              for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
                assertThatThrownBy(() -> detector.score(0, bad))
                    .isInstanceOf(IllegalArgumentException.class);
              }
            });
      }
    }
  }

  @Test
  void overridesOfAnAssignmentApplyWhereTheStateAllows() {
    ReadingColumns readings =
        SyntheticSensor.readings(new SplittableRandom(2), 30, SyntheticSensor.Fault.NONE, 0, 0, 0);
    DetectorModel model = model(new ZScoreFamily(), readings, Map.of());
    assertThat(model.isTrainedOn(SENSOR)).isTrue();
    assertThat(model.isTrainedOn(new SeriesName("other"))).isFalse();
    long next = model.start(SENSOR).newestMicros() + SyntheticSensor.STEP_MICROS;
    assertThat(model.start(SENSOR).score(next, 60).anomaly()).isTrue();
    assertThat(
            model
                .start(SENSOR, Parameters.of(Map.of("threshold", "500")))
                .score(next, 60)
                .anomaly())
        .isFalse();
    assertThat(
            model.start(SENSOR, Parameters.of(Map.of("watch", "stuck"))).score(next, 60).anomaly())
        .isFalse();
    assertThat(model.start(SENSOR, Parameters.of(Map.of("slots_per_day", "24"))).newestMicros())
        .as("begins anew")
        .isEqualTo(Long.MIN_VALUE);
    assertThatThrownBy(() -> model.start(SENSOR, Parameters.of(Map.of("treshold", "5"))))
        .hasMessageContaining("treshold");
    assertThatThrownBy(() -> model.start(SENSOR, Parameters.of(Map.of("watch", "none"))))
        .hasMessageContaining("none");
    assertThatThrownBy(() -> model.start(SENSOR, Parameters.of(Map.of("method", "magic"))))
        .hasMessageContaining("seasonal, standard");
  }

  @Test
  void sameInputGivesTheSameBundle() {
    ReadingColumns readings =
        SyntheticSensor.readings(new SplittableRandom(2), 10, SyntheticSensor.Fault.NONE, 0, 0, 0);
    var family = new ZScoreFamily();
    assertThat(family.fit(training(readings, Map.of())).sha256())
        .isEqualTo(family.fit(training(readings, Map.of())).sha256());
    assertThat(family.fit(training(readings, Map.of())).manifest().metrics())
        .containsKeys("readings", "anomalies", "anomalies_per_series_week", "high_share");
    assertThatThrownBy(() -> family.fit(training(ReadingColumns.empty(), Map.of())))
        .isInstanceOf(InsufficientHistoryException.class);
  }
}
