package dev.tidewatch.monitor.storage;

import static dev.tidewatch.monitor.storage.SomePredictions.HOURLY;
import static dev.tidewatch.monitor.storage.SomePredictions.ORIGIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tidewatch.monitor.TimeSpan;
import dev.tidewatch.monitor.accuracy.AccuracyComparison;
import dev.tidewatch.monitor.accuracy.AccuracyFigures;
import dev.tidewatch.monitor.accuracy.ComparisonQuestion;
import dev.tidewatch.monitor.accuracy.ComparisonStore;
import dev.tidewatch.monitor.ledger.PredictedSteps;
import dev.tidewatch.monitor.ledger.Prediction;
import dev.tidewatch.monitor.ledger.PredictionRole;
import dev.tidewatch.timeseries.ForecastErrors;
import dev.tidewatch.timeseries.significance.DieboldMariano;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link ComparisonStore} must do; a subclass only says on which database. */
abstract class ComparisonStoreContract extends JoinedLedger {
  private static final int STEPS = 3;
  private static final double[] PROBABILITIES = {0.1, 0.25, 0.75, 0.9};

  private ComparisonStore store;

  @BeforeEach
  void open() {
    store = new PostgresComparisonStore(database);
  }

  /** The truth of an interval, by its number on the grid. */
  private static double truth(long index) {
    return 10 + index % 7;
  }

  private void takeAll() {
    take(ORIGIN.plus(Duration.ofDays(40)), target -> truth(target.index()));
  }

  private static Prediction forecast(
      String series, String version, PredictionRole role, Instant origin, double... errors) {
    long first = origin.getEpochSecond() / 3600;
    var means = new double[errors.length];
    for (int i = 0; i < means.length; i++) {
      means[i] = truth(first + i) + errors[i];
    }
    return SomePredictions.of(
        series,
        HOURLY,
        "load",
        version,
        role,
        origin,
        new PredictedSteps(means, new double[0], new double[0][], new double[0]),
        OptionalDouble.empty(),
        OptionalDouble.empty());
  }

  private AccuracyComparison compare(Optional<String> series, Optional<Instant> originsFrom) {
    return store.compare(
        new ComparisonQuestion(
            "load", "1.0.0", "1.1.0", series, TimeSpan.ALWAYS, originsFrom, false));
  }

  private AccuracyComparison compareWhole() {
    return store.compare(
        new ComparisonQuestion(
            "load", "1.0.0", "1.1.0", Optional.empty(), TimeSpan.ALWAYS, Optional.empty(), true));
  }

  /** With the quantiles .1, .25, .75 and .9 at so many widths around the point forecast. */
  private static Prediction spread(
      String version, PredictionRole role, Instant origin, double width, double... errors) {
    Prediction plain = forecast("hq/a", version, role, origin, errors);
    double[] means = plain.steps().means();
    var shifts = new double[] {-2 * width, -width, width, 2 * width};
    var quantiles = new double[shifts.length][means.length];
    for (int q = 0; q < shifts.length; q++) {
      for (int i = 0; i < means.length; i++) {
        quantiles[q][i] = means[i] + shifts[q];
      }
    }
    return SomePredictions.of(
        "hq/a",
        HOURLY,
        "load",
        version,
        role,
        origin,
        new PredictedSteps(means, PROBABILITIES, quantiles, new double[0]),
        OptionalDouble.empty(),
        OptionalDouble.empty());
  }

  @Test
  void quantilesAreJudgedWhereAsked() {
    var random = new SplittableRandom(5);
    var all = new ArrayList<Prediction>();
    int origins = 20;
    var actual = new double[origins * STEPS];
    var young = new double[origins * STEPS];
    for (int o = 0; o < origins; o++) {
      Instant origin = ORIGIN.plus(Duration.ofHours(o));
      double[] errors = random.doubles(STEPS, -2, 2).toArray();
      all.add(forecast("hq/a", "1.0.0", PredictionRole.CHAMPION, origin, errors));
      all.add(spread("1.1.0", PredictionRole.SHADOW, origin, 0.5, errors));
      for (int i = 0; i < STEPS; i++) {
        actual[o * STEPS + i] = truth(origin.getEpochSecond() / 3600 + i);
        young[o * STEPS + i] = actual[o * STEPS + i] + errors[i];
      }
    }
    ledger.record(all, ORIGIN);
    assertThat(compareWhole().candidate()).isEqualTo(AccuracyFigures.NONE);
    takeAll();

    AccuracyComparison comparison = compareWhole();
    AccuracyFigures candidate = comparison.candidate();
    double pinball = 0;
    var shifts = new double[] {-1, -0.5, 0.5, 1};
    for (int q = 0; q < shifts.length; q++) {
      pinball += ForecastErrors.pinball(actual, shifted(young, shifts[q]), PROBABILITIES[q]) / 4;
    }
    assertThat(candidate.pinball().orElseThrow()).isCloseTo(pinball, within(1e-9));
    assertThat(candidate.intervals()).hasSize(2);
    for (int level = 0; level < 2; level++) {
      double half = level == 0 ? 1 : 0.5;
      double nominal = level == 0 ? 0.8 : 0.5;
      double[] lower = shifted(young, -half);
      double[] upper = shifted(young, half);
      AccuracyFigures.IntervalFigures figures = candidate.intervals().get(level);
      assertThat(figures.level()).isCloseTo(nominal, within(1e-9));
      assertThat(figures.pairs()).isEqualTo((long) origins * STEPS);
      assertThat(figures.width()).isCloseTo(2 * half, within(1e-9));
      assertThat(figures.coverage())
          .isCloseTo(ForecastErrors.coverage(actual, lower, upper), within(1e-9));
      assertThat(figures.score())
          .isCloseTo(ForecastErrors.intervalScore(actual, lower, upper, nominal), within(1e-9));
    }
    assertThat(comparison.baseline().pinball()).as("it gave none").isEmpty();
    assertThat(comparison.baseline().intervals()).isEmpty();
    assertThat(comparison.baseline().mae().orElseThrow())
        .isCloseTo(candidate.mae().orElseThrow(), within(1e-9));
    assertThat(compare(Optional.empty(), Optional.empty()).candidate().pinball()).isEmpty();
  }

  private static double[] shifted(double[] values, double by) {
    return Arrays.stream(values).map(value -> value + by).toArray();
  }

  @Test
  void whatBothAnsweredIsComparedAndNothingElse() {
    var random = new SplittableRandom(1);
    var all = new ArrayList<Prediction>();
    int origins = 30;
    var old = new double[origins * STEPS];
    var young = new double[origins * STEPS];
    var actual = new double[origins * STEPS];
    var oldLoss = new double[origins];
    var youngLoss = new double[origins];
    for (int o = 0; o < origins; o++) {
      Instant origin = ORIGIN.plus(Duration.ofHours(o));
      double[] a = random.doubles(STEPS, -2, 2).toArray();
      double[] b = random.doubles(STEPS, -1, 1).toArray();
      all.add(forecast("hq/a", "1.0.0", PredictionRole.CHAMPION, origin, a));
      all.add(forecast("hq/a", "1.1.0", PredictionRole.SHADOW, origin, b));
      for (int i = 0; i < STEPS; i++) {
        actual[o * STEPS + i] = truth(origin.getEpochSecond() / 3600 + i);
        old[o * STEPS + i] = actual[o * STEPS + i] + a[i];
        young[o * STEPS + i] = actual[o * STEPS + i] + b[i];
        oldLoss[o] += Math.abs(a[i]) / STEPS;
        youngLoss[o] += Math.abs(b[i]) / STEPS;
      }
      // Only one of both answered these.
      all.add(forecast("hq/b", "1.0.0", PredictionRole.CHAMPION, origin, 9, 9));
      all.add(forecast("hq/c", "1.1.0", PredictionRole.CANARY, origin, 9, 9));
      all.add(forecast("hq/a", "2.0.0", PredictionRole.SHADOW, origin, 9, 9));
    }
    // The answer counts, not what was made beside it once more.
    all.add(forecast("hq/a", "1.0.0", PredictionRole.SHADOW, ORIGIN, 9, 9, 9));
    ledger.record(all, ORIGIN);
    assertThat(compare(Optional.empty(), Optional.empty()).pairs()).isZero();
    takeAll();

    AccuracyComparison comparison = compare(Optional.empty(), Optional.empty());
    assertThat(comparison.pairs()).isEqualTo((long) origins * STEPS);
    assertThat(comparison.origins()).isEqualTo(origins);
    assertThat(comparison.baseline().mae().orElseThrow())
        .isCloseTo(ForecastErrors.mae(actual, old), within(1e-9));
    assertThat(comparison.candidate().rmse().orElseThrow())
        .isCloseTo(ForecastErrors.rmse(actual, young), within(1e-9));
    assertThat(comparison.candidate().mape().orElseThrow())
        .isCloseTo(ForecastErrors.mape(actual, young), within(1e-9));
    assertThat(comparison.baseline().smape().orElseThrow())
        .isCloseTo(ForecastErrors.smape(actual, old), within(1e-9));
    // Three steps an hour apart, from an origin each hour: three neighbours share truth.
    var expected = DieboldMariano.of(youngLoss, oldLoss, STEPS);
    assertThat(comparison.test().orElseThrow().statistic())
        .isCloseTo(expected.statistic(), within(1e-9));
    assertThat(comparison.test().orElseThrow().twoSided())
        .isCloseTo(expected.twoSided(), within(1e-9));
    assertThat(expected.statistic()).isNegative();

    assertThat(compare(Optional.of("hq/a"), Optional.empty()).pairs())
        .isEqualTo(comparison.pairs());
    assertThat(compare(Optional.of("hq/b"), Optional.empty()).pairs()).isZero();
    assertThat(compare(Optional.empty(), Optional.of(ORIGIN.plus(Duration.ofHours(10)))).origins())
        .isEqualTo(20);
  }

  /** One series in kilowatts and one in watts: each counts alike. */
  @Test
  void unitsDoNotMatter() {
    var all = new ArrayList<Prediction>();
    for (int o = 0; o < 10; o++) {
      Instant origin = ORIGIN.plus(Duration.ofHours(o));
      double wave = 1 + 0.1 * (o % 3);
      all.add(forecast("hq/kw", "1.0.0", PredictionRole.CHAMPION, origin, wave));
      all.add(forecast("hq/kw", "1.1.0", PredictionRole.SHADOW, origin, 3 * wave));
      all.add(forecast("hq/w", "1.0.0", PredictionRole.CHAMPION, origin, 3000 * wave));
      all.add(forecast("hq/w", "1.1.0", PredictionRole.SHADOW, origin, 1000 * wave));
    }
    ledger.record(all, ORIGIN);
    takeAll();
    AccuracyComparison comparison = compare(Optional.empty(), Optional.empty());
    assertThat(comparison.baselineLoss()).isCloseTo(comparison.candidateLoss(), within(1e-9));
    assertThat(comparison.candidate().mae().orElseThrow())
        .isLessThan(comparison.baseline().mae().orElseThrow());
  }

  @Test
  void aFallbackInTheirPlaceSaysNothingAboutThem() {
    Prediction plain = forecast("hq/a", "1.1.0", PredictionRole.SHADOW, ORIGIN, 1);
    ledger.record(
        List.of(
            forecast("hq/a", "1.0.0", PredictionRole.CHAMPION, ORIGIN, 1),
            new Prediction(
                plain.series(),
                plain.grid(),
                plain.version(),
                plain.alias(),
                plain.role(),
                plain.originMicros(),
                plain.steps(),
                plain.maseScale(),
                plain.lastValue(),
                plain.lastReadingAt(),
                plain.feedPosition(),
                plain.issuedAt(),
                plain.cause(),
                plain.tuningRevision(),
                true,
                plain.traceparent())),
        ORIGIN);
    takeAll();
    assertThat(compare(Optional.empty(), Optional.empty()).pairs()).isZero();
  }
}
