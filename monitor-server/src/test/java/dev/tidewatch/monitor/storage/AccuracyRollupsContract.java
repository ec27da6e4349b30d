package dev.tidewatch.monitor.storage;

import static dev.tidewatch.monitor.storage.SomePredictions.HOURLY;
import static dev.tidewatch.monitor.storage.SomePredictions.ORIGIN;
import static dev.tidewatch.monitor.storage.jooq.Tables.ACCURACY_DAY;
import static dev.tidewatch.monitor.storage.jooq.Tables.ACTUAL;
import static dev.tidewatch.monitor.storage.jooq.Tables.PREDICTION;
import static dev.tidewatch.monitor.storage.jooq.Tables.PREDICTION_STEP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tidewatch.monitor.FeedPosition;
import dev.tidewatch.monitor.accuracy.AccuracyBucket;
import dev.tidewatch.monitor.accuracy.AccuracyDimension;
import dev.tidewatch.monitor.accuracy.AccuracyFigures;
import dev.tidewatch.monitor.accuracy.AccuracyFigures.IntervalFigures;
import dev.tidewatch.monitor.accuracy.AccuracyGroup;
import dev.tidewatch.monitor.accuracy.AccuracyQuestion;
import dev.tidewatch.monitor.accuracy.AccuracyTrendQuestion;
import dev.tidewatch.monitor.ledger.LedgerCounts;
import dev.tidewatch.monitor.ledger.PredictedSteps;
import dev.tidewatch.monitor.ledger.Prediction;
import dev.tidewatch.monitor.ledger.PredictionFilter;
import dev.tidewatch.monitor.ledger.PredictionRole;
import dev.tidewatch.monitor.truth.DeletedSeries;
import dev.tidewatch.monitor.truth.TakenActual;
import dev.tidewatch.monitor.truth.Touch;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Rolled up or not, the answers are the same, whatever changes in between; a subclass only says on
 * which database.
 */
abstract class AccuracyRollupsContract extends JoinedLedger {
  private static final Duration DAY = Duration.ofDays(1);
  private static final Instant LATER = ORIGIN.plus(DAY.multipliedBy(30));
  private static final List<String> SERIES = List.of("hq/meter", "hq/co2", "annex/meter");

  private PostgresAccuracyStore store;
  private PostgresAccuracyRollups rollups;

  @BeforeEach
  void open() {
    store = new PostgresAccuracyStore(database);
    rollups = new PostgresAccuracyRollups(database, new SplittableRandom(1));
  }

  private static Prediction prediction(
      SplittableRandom random, String series, String version, PredictionRole role, int hour) {
    int horizon = random.nextInt(1, 30);
    var means = new double[horizon];
    var quantiles = new double[3][horizon];
    var naive = new double[horizon];
    for (int h = 0; h < horizon; h++) {
      means[h] = random.nextInt(10) == 0 ? 0 : 100 * (random.nextDouble() - 0.2);
      quantiles[0][h] = means[h] - 20 * random.nextDouble();
      quantiles[1][h] = means[h];
      quantiles[2][h] = means[h] + 20 * random.nextDouble();
      naive[h] = random.nextInt(4) == 0 ? Double.NaN : means[h] + 10 * random.nextDouble();
    }
    return SomePredictions.of(
        series,
        HOURLY,
        "load",
        version,
        role,
        ORIGIN.plus(Duration.ofHours(hour)),
        random.nextInt(5) == 0
            ? new PredictedSteps(means, new double[0], new double[0][], new double[0])
            : new PredictedSteps(means, new double[] {0.05, 0.5, 0.95}, quantiles, naive),
        random.nextBoolean() ? OptionalDouble.of(3.5) : OptionalDouble.empty(),
        random.nextBoolean() ? OptionalDouble.of(20) : OptionalDouble.empty());
  }

  private List<Prediction> somePredictions(SplittableRandom random, int count) {
    var predictions = new ArrayList<Prediction>();
    for (int i = 0; i < count; i++) {
      predictions.add(
          prediction(
              random,
              SERIES.get(random.nextInt(SERIES.size())),
              random.nextBoolean() ? "1.0.0" : "2.0.0",
              PredictionRole.ofCode(random.nextInt(1, 4)),
              random.nextInt(0, 96)));
    }
    return predictions;
  }

  /** Takes what is due; some intervals turn out to be empty, and some actuals are 0. */
  private void take(SplittableRandom random, Instant now) {
    take(
        now,
        _ -> {
          int kind = random.nextInt(12);
          return kind == 0 ? Double.NaN : kind == 1 ? 0 : 100 * (random.nextDouble() - 0.2);
        });
  }

  private void rollAll() throws InterruptedException {
    while (rollups.roll(LATER, 7) > 0) {
      // Until nothing is left.
    }
    assertThat(database.dsl().fetchCount(ACCURACY_DAY, ACCURACY_DAY.STATE.ne((short) 3))).isZero();
  }

  private void openAll() {
    database.dsl().update(ACCURACY_DAY).set(ACCURACY_DAY.STATE, (short) 1).execute();
  }

  /** What the store says to windows of all kinds, whole days and parts of them. */
  private List<AccuracyGroup> answers() {
    var answers = new ArrayList<AccuracyGroup>();
    Set<AccuracyDimension> all = Set.of(AccuracyDimension.values());
    PredictionFilter filtered =
        new PredictionFilter(
            Optional.empty(),
            Optional.of("hq/"),
            Optional.of("load"),
            Optional.of("2.0.0"),
            Optional.of("champion"),
            Optional.of(PredictionRole.SHADOW),
            Optional.of(HOURLY));
    for (PredictionFilter filter :
        List.of(PredictionFilter.ALL, PredictionFilter.ofSeries("annex/meter"), filtered)) {
      for (Set<AccuracyDimension> by : List.of(Set.<AccuracyDimension>of(), all)) {
        answers.addAll(store.answer(new AccuracyQuestion(filter, ORIGIN, LATER, by, 0, 1_000)));
        answers.addAll(
            store.answer(
                new AccuracyQuestion(
                    filter,
                    ORIGIN.plus(Duration.ofMinutes(90)),
                    ORIGIN.plus(Duration.ofMinutes(60 * 70 + 17)),
                    by,
                    0,
                    1_000)));
        answers.addAll(
            store.answer(
                new AccuracyQuestion(
                    filter,
                    ORIGIN.plus(Duration.ofHours(30)),
                    ORIGIN.plus(Duration.ofHours(33)),
                    by,
                    0,
                    1_000)));
      }
    }
    return answers;
  }

  private static void same(List<AccuracyGroup> found, List<AccuracyGroup> expected) {
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < found.size(); i++) {
      AccuracyGroup group = found.get(i);
      AccuracyGroup other = expected.get(i);
      assertThat(group.series()).isEqualTo(other.series());
      assertThat(group.version()).isEqualTo(other.version());
      assertThat(group.role()).isEqualTo(other.role());
      assertThat(group.step()).isEqualTo(other.step());
      same(group.figures(), other.figures());
    }
  }

  private static void same(AccuracyFigures f, AccuracyFigures g) {
    assertThat(List.of(f.pairs(), f.pending(), f.missing(), f.mapeZeros()))
        .isEqualTo(List.of(g.pairs(), g.pending(), g.missing(), g.mapeZeros()));
    close(f.mae(), g.mae());
    close(f.rmse(), g.rmse());
    close(f.mape(), g.mape());
    close(f.smape(), g.smape());
    close(f.mase(), g.mase());
    close(f.bias(), g.bias());
    close(f.direction(), g.direction());
    close(f.pinball(), g.pinball());
    close(f.skill(), g.skill());
    close(f.cvRmse(), g.cvRmse());
    close(f.wape(), g.wape());
    assertThat(f.intervals()).hasSameSizeAs(g.intervals());
    for (int i = 0; i < f.intervals().size(); i++) {
      IntervalFigures a = f.intervals().get(i);
      IntervalFigures b = g.intervals().get(i);
      assertThat(a.level()).isEqualTo(b.level());
      assertThat(a.pairs()).isEqualTo(b.pairs());
      close(OptionalDouble.of(a.coverage()), OptionalDouble.of(b.coverage()));
      close(OptionalDouble.of(a.width()), OptionalDouble.of(b.width()));
      close(OptionalDouble.of(a.score()), OptionalDouble.of(b.score()));
    }
  }

  private static void close(OptionalDouble found, OptionalDouble expected) {
    assertThat(found.isPresent()).isEqualTo(expected.isPresent());
    if (expected.isPresent()) {
      double value = expected.getAsDouble();
      assertThat(found.getAsDouble()).isCloseTo(value, within(1e-9 * Math.max(1, Math.abs(value))));
    }
  }

  @Test
  void answersAreTheSameBeforeAndAfterAndOnceMoreAfterEveryChange() throws Exception {
    long seed = Long.getLong("seed", 3);
    System.out.println("seed " + seed);
    var random = new SplittableRandom(seed);
    ledger.record(somePredictions(random, 80), ORIGIN);
    take(random, ORIGIN.plus(Duration.ofHours(100)));
    List<AccuracyGroup> fromSteps = answers();
    LedgerCounts counted = ledger.counts();
    assertThat(counted.stepsPending()).isPositive();
    assertThat(counted.stepsMissing()).isPositive();

    rollAll();
    same(answers(), fromSteps);
    assertThat(ledger.counts()).isEqualTo(counted);

    // More predictions of days that are rolled up, and actuals that become known or change.
    ledger.record(somePredictions(random, 40), ORIGIN);
    take(random, LATER);
    actuals.apply(
        claim,
        List.of(Touch.everywhere("hq/co2", 0)),
        List.of(new DeletedSeries("annex/meter", new FeedPosition(7, 41))),
        new FeedPosition(7, 41));
    var corrected = new ArrayList<TakenActual>();
    actuals.due(claim, LATER, 100_000).forEach(t -> corrected.add(new TakenActual(t, 55)));
    assertThat(corrected).isNotEmpty();
    actuals.write(claim, new FeedPosition(7, 41), corrected, LATER);
    List<AccuracyGroup> mixed = answers();
    LedgerCounts mixedCounts = ledger.counts();
    openAll();
    same(mixed, answers());
    assertThat(mixedCounts).isEqualTo(ledger.counts());

    rollAll();
    same(answers(), mixed);
    assertThat(ledger.counts()).isEqualTo(mixedCounts);
  }

  @Test
  void whatIsWrittenWhileDaysAreRolledUpIsNeverForgotten() throws Exception {
    long seed = Long.getLong("seed", 4);
    System.out.println("seed " + seed);
    var writing = new AtomicBoolean(true);
    try (var pool = Executors.newFixedThreadPool(4)) {
      Callable<Integer> roller =
          () -> {
            int rolled = 0;
            while (writing.get()) {
              rolled += rollups.roll(LATER, 50);
            }
            return rolled;
          };
      Callable<Integer> other =
          () -> {
            var mine = new PostgresAccuracyRollups(database, new SplittableRandom(2));
            int rolled = 0;
            while (writing.get()) {
              rolled += mine.roll(LATER, 3);
            }
            return rolled;
          };
      Future<Integer> rolled = pool.submit(roller);
      Future<Integer> rolledByAnother = pool.submit(other);
      var writers = new ArrayList<Future<Integer>>();
      for (int w = 0; w < 2; w++) {
        var random = new SplittableRandom(seed + w);
        boolean taker = w == 1;
        writers.add(
            pool.submit(() -> {
              for (int i = 0; i < 30; i++) {
                ledger.record(somePredictions(random, 3), ORIGIN);
                if (taker) {
                  take(random, ORIGIN.plus(Duration.ofHours(4L * i)));
                }
              }
              return 0;
            }));
      }
      for (Future<Integer> writer : writers) {
        writer.get();
      }
      writing.set(false);
      assertThat(rolled.get() + rolledByAnother.get()).isPositive();
    }
    rollups.reopenUnfinished();
    List<AccuracyGroup> found = answers();
    openAll();
    same(found, answers());
  }

  @Test
  void bucketsOfATrendAreWindowsOfTheSameWidth() throws Exception {
    var random = new SplittableRandom(5);
    ledger.record(somePredictions(random, 60), ORIGIN);
    take(random, LATER);

    for (boolean rolled : List.of(false, true)) {
      if (rolled) {
        rollAll();
      }
      for (Duration width : List.of(DAY, Duration.ofHours(5), DAY.multipliedBy(2))) {
        Instant from = ORIGIN.plus(Duration.ofHours(7));
        Instant to = ORIGIN.plus(Duration.ofHours(101));
        List<AccuracyBucket> buckets =
            store.trend(new AccuracyTrendQuestion(PredictionFilter.ALL, from, to, width));
        assertThat(buckets).isNotEmpty();
        assertThat(buckets).extracting(AccuracyBucket::start).isSorted().doesNotHaveDuplicates();
        for (AccuracyBucket bucket : buckets) {
          assertThat(bucket.start().getEpochSecond() % width.toSeconds()).isZero();
          Instant end = bucket.start().plus(width);
          same(
              bucket.figures(),
              store
                  .answer(
                      new AccuracyQuestion(
                          PredictionFilter.ALL,
                          bucket.start().isBefore(from) ? from : bucket.start(),
                          end.isAfter(to) ? to : end,
                          Set.of(),
                          0,
                          1))
                  .getFirst()
                  .figures());
        }
      }
    }
  }

  @Test
  void daysThatAreNotOverOrHaveLateActualsAreLeftOpen() throws Exception {
    ledger.record(List.of(SomePredictions.of("hq/meter", ORIGIN, 1, 2, 3)), ORIGIN);

    assertThat(rollups.roll(ORIGIN.plus(DAY), 10)).isZero();
    assertThat(rollups.roll(ORIGIN.plus(DAY).plus(Duration.ofMinutes(119)), 10)).isZero();
    assertThat(rollups.roll(ORIGIN.plus(DAY).plus(Duration.ofMinutes(121)), 10)).isEqualTo(1);
    assertThat(rollups.roll(LATER, 10)).isZero();
    assertThat(ledger.counts().stepsPending()).isEqualTo(3);
  }

  @Test
  void retentionRemovesStepsAndLeavesTheSums() throws Exception {
    var random = new SplittableRandom(6);
    ledger.record(somePredictions(random, 60), ORIGIN);
    take(random, LATER);
    var pruning = new PostgresLedgerPruning(database);
    Instant before = ORIGIN.plus(DAY.multipliedBy(2)).plusSeconds(5);

    // Nothing is summed up yet, so nothing may go.
    assertThat(pruning.prune(before, 10)).isZero();

    rollAll();
    List<AccuracyGroup> wholeDays =
        store.answer(
            new AccuracyQuestion(
                PredictionFilter.ALL, ORIGIN, LATER, Set.of(AccuracyDimension.STEP), 0, 100));
    while (pruning.prune(before, 10) > 0) {
      // Until nothing is left.
    }

    Instant day = ORIGIN.plus(DAY.multipliedBy(2));
    assertThat(database.dsl().fetchCount(ACTUAL, ACTUAL.INTERVAL_START.lt(day))).isZero();
    assertThat(database.dsl().fetchCount(ACTUAL)).isPositive();
    assertThat(
            database
                .dsl()
                .fetchCount(PREDICTION, PREDICTION.ORIGIN.lt(day.minus(Duration.ofHours(30)))))
        .isZero();
    assertThat(database.dsl().fetchCount(PREDICTION)).isPositive();
    // No step without its prediction, and no prediction without its steps.
    assertThat(
            database
                .dsl()
                .fetchCount(
                    PREDICTION_STEP,
                    PREDICTION_STEP.PREDICTION_ID.notIn(
                        database.dsl().select(PREDICTION.PREDICTION_ID).from(PREDICTION))))
        .isZero();
    assertThat(
            ledger
                .page(
                    PredictionFilter.ALL,
                    dev.tidewatch.monitor.TimeSpan.ALWAYS,
                    Optional.empty(),
                    1000)
                .items())
        .isNotEmpty();
    same(
        store.answer(
            new AccuracyQuestion(
                PredictionFilter.ALL, ORIGIN, LATER, Set.of(AccuracyDimension.STEP), 0, 100)),
        wholeDays);
  }
}
