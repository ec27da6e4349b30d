package dev.tidewatch.monitor.storage;

import static dev.tidewatch.monitor.storage.SomePredictions.HOURLY;
import static dev.tidewatch.monitor.storage.SomePredictions.ORIGIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tidewatch.monitor.accuracy.AccuracyDimension;
import dev.tidewatch.monitor.accuracy.AccuracyFigures;
import dev.tidewatch.monitor.accuracy.AccuracyFigures.IntervalFigures;
import dev.tidewatch.monitor.accuracy.AccuracyGroup;
import dev.tidewatch.monitor.accuracy.AccuracyQuestion;
import dev.tidewatch.monitor.accuracy.AccuracyStore;
import dev.tidewatch.monitor.ledger.PredictedSteps;
import dev.tidewatch.monitor.ledger.Prediction;
import dev.tidewatch.monitor.ledger.PredictionFilter;
import dev.tidewatch.monitor.ledger.PredictionRole;
import dev.tidewatch.timeseries.ForecastErrors;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link AccuracyStore} must do; a subclass only says on which database. */
abstract class AccuracyStoreContract extends JoinedLedger {
  private static final Instant END = ORIGIN.plus(Duration.ofDays(40));

  private AccuracyStore store;

  @BeforeEach
  void open() {
    store = new PostgresAccuracyStore(database);
  }

  private AccuracyFigures overall() {
    List<AccuracyGroup> groups = store.answer(question(PredictionFilter.ALL, Set.of(), 0, 10));
    assertThat(groups).hasSize(1);
    return groups.getFirst().figures();
  }

  private static AccuracyQuestion question(
      PredictionFilter filter, Set<AccuracyDimension> by, int skipped, int max) {
    return new AccuracyQuestion(filter, ORIGIN, END, by, skipped, max);
  }

  @Test
  void figuresEqualThoseComputedByHand() {
    // y 10 20 0 40, f 12 16 3 40, s 11 22 NaN 44, last 15; quantiles .1 .5 .9
    ledger.record(
        List.of(
            SomePredictions.of(
                "hq/meter",
                HOURLY,
                "load",
                "1.0.0",
                PredictionRole.CHAMPION,
                ORIGIN,
                new PredictedSteps(
                    new double[] {12, 16, 3, 40, 7, 7},
                    new double[] {0.1, 0.5, 0.9},
                    new double[][] {
                      {8, 10, 1, 30, 0, 0}, {12, 16, 3, 40, 7, 7}, {16, 18, 5, 50, 9, 9}
                    },
                    new double[] {11, 22, Double.NaN, 44, 1, 1}),
                OptionalDouble.of(2),
                OptionalDouble.of(15))),
        ORIGIN);
    long first = HOURLY.indexAt(Times.toMicros(ORIGIN));
    double[] truth = {10, 20, 0, 40, Double.NaN};
    take(ORIGIN.plus(Duration.ofHours(5)), target -> truth[(int) (target.index() - first)]);

    AccuracyFigures f = overall();

    assertThat(f.pairs()).isEqualTo(4);
    assertThat(f.pending()).isEqualTo(1);
    assertThat(f.missing()).isEqualTo(1);
    close(f.mae(), (2 + 4 + 3 + 0) / 4.0);
    close(f.rmse(), Math.sqrt((4 + 16 + 9 + 0) / 4.0));
    close(f.mape(), (100 * 2 / 10.0 + 100 * 4 / 20.0 + 0) / 3);
    assertThat(f.mapeZeros()).isEqualTo(1);
    close(f.smape(), (200 * 2 / 22.0 + 200 * 4 / 36.0 + 200 + 0) / 4);
    close(f.mase(), (1 + 2 + 1.5 + 0) / 4);
    close(f.bias(), (2 - 4 + 3 + 0) / 4.0);
    // f below, above, below, above 15; y below, above, below, above.
    close(f.direction(), 1);
    close(
        f.pinball(),
        (0.1 * 2
                + 0.5 * 2
                + 0.1 * 6 // y 10: q 8 12 16
                + 0.1 * 10
                + 0.5 * 4
                + 0.9 * 2 // y 20: q 10 16 18
                + 0.9 * 1
                + 0.5 * 3
                + 0.1 * 5 // y 0: q 1 3 5
                + 0.1 * 10
                + 0
                + 0.1 * 10) // y 40: q 30 40 50
            / 12);
    close(f.skill(), 1 - (2 + 4 + 0) / (1.0 + 2 + 4));
    close(f.cvRmse(), 100 * Math.sqrt(29 / 4.0) / 17.5);
    close(f.wape(), 100 * 9 / 70.0);
    assertThat(f.intervals()).hasSize(1);
    IntervalFigures interval = f.intervals().getFirst();
    assertThat(interval.level()).isEqualTo(0.8);
    assertThat(interval.pairs()).isEqualTo(4);
    // 10 in [8,16], 20 not in [10,18], 0 not in [1,5], 40 in [30,50]
    assertThat(interval.coverage()).isCloseTo(0.5, within(1e-12));
    assertThat(interval.width()).isCloseTo((8 + 8 + 4 + 20) / 4.0, within(1e-12));
    assertThat(interval.score()).isCloseTo((8 + 8 + 4 + 20 + 2 / 0.2 * (2 + 1)) / 4, within(1e-9));
  }

  private static void close(OptionalDouble actual, double expected) {
    assertThat(actual).isPresent();
    assertThat(actual.getAsDouble()).isCloseTo(expected, within(1e-9));
  }

  @Test
  void figuresEqualTheDefinitionsOnRandomPredictions() {
    long seed = 20260301;
    var random = new SplittableRandom(seed);
    int origins = 60;
    int horizon = 24;
    var truth = new double[origins + horizon];
    Arrays.setAll(truth, i -> 50 + 30 * Math.sin(i / 4.0) + 5 * random.nextDouble());
    var predictions = new ArrayList<Prediction>();
    var y = new ArrayList<Double>();
    var f = new ArrayList<Double>();
    var lower = new ArrayList<Double>();
    var upper = new ArrayList<Double>();
    for (int o = 0; o < origins; o++) {
      var means = new double[horizon];
      var quantiles = new double[2][horizon];
      for (int h = 0; h < horizon; h++) {
        means[h] = truth[o + h] + 12 * (random.nextDouble() - 0.5);
        quantiles[0][h] = means[h] - 5 * random.nextDouble();
        quantiles[1][h] = means[h] + 5 * random.nextDouble();
        y.add(truth[o + h]);
        f.add(means[h]);
        lower.add(quantiles[0][h]);
        upper.add(quantiles[1][h]);
      }
      predictions.add(
          SomePredictions.of(
              "hq/meter",
              HOURLY,
              "load",
              "1.0.0",
              PredictionRole.CHAMPION,
              ORIGIN.plus(Duration.ofHours(o)),
              new PredictedSteps(means, new double[] {0.05, 0.95}, quantiles, new double[0]),
              OptionalDouble.of(3.5),
              OptionalDouble.empty()));
    }
    assertThat(ledger.record(predictions, ORIGIN)).isEqualTo(origins);
    long first = HOURLY.indexAt(Times.toMicros(ORIGIN));
    take(END, target -> truth[(int) (target.index() - first)]);

    AccuracyFigures figures = overall();

    double[] a = array(y);
    double[] p = array(f);
    assertThat(figures.pairs()).as("seed %d", seed).isEqualTo((long) origins * horizon);
    close(figures.mae(), ForecastErrors.mae(a, p));
    close(figures.rmse(), ForecastErrors.rmse(a, p));
    close(figures.mape(), ForecastErrors.mape(a, p));
    close(figures.smape(), ForecastErrors.smape(a, p));
    close(figures.mase(), ForecastErrors.mase(a, p, 3.5));
    close(figures.bias(), ForecastErrors.bias(a, p));
    close(
        figures.pinball(),
        (ForecastErrors.pinball(a, array(lower), 0.05)
                + ForecastErrors.pinball(a, array(upper), 0.95))
            / 2);
    IntervalFigures interval = figures.intervals().getFirst();
    assertThat(interval.level()).isEqualTo(0.9);
    assertThat(interval.coverage())
        .isCloseTo(ForecastErrors.coverage(a, array(lower), array(upper)), within(1e-9));
    assertThat(interval.score())
        .isCloseTo(ForecastErrors.intervalScore(a, array(lower), array(upper), 0.9), within(1e-9));
    assertThat(figures.direction()).isEmpty();
    assertThat(figures.skill()).isEmpty();

    // Per step, and the steps add up to the whole.
    List<AccuracyGroup> steps =
        store.answer(question(PredictionFilter.ALL, Set.of(AccuracyDimension.STEP), 0, 100));
    assertThat(steps).hasSize(horizon);
    double absolute = 0;
    for (int h = 0; h < horizon; h++) {
      assertThat(steps.get(h).step()).hasValue(h + 1);
      var stepActuals = new double[origins];
      var stepMeans = new double[origins];
      for (int o = 0; o < origins; o++) {
        stepActuals[o] = a[o * horizon + h];
        stepMeans[o] = p[o * horizon + h];
      }
      close(steps.get(h).figures().mae(), ForecastErrors.mae(stepActuals, stepMeans));
      assertThat(steps.get(h).figures().pinball()).isPresent();
      assertThat(steps.get(h).figures().intervals()).hasSize(1);
      absolute += steps.get(h).figures().mae().orElseThrow() * origins;
    }
    assertThat(absolute / (origins * horizon)).isCloseTo(figures.mae().orElseThrow(), within(1e-9));
  }

  /** Numbers between 0 and 1 that any language can make again. */
  private static final class Congruential {
    private long state = 12345;

    double next() {
      state = (state * 1_103_515_245L + 12_345L) % 2_147_483_648L;
      return state / 2_147_483_648.0;
    }
  }

  /**
   * Day-ahead forecasts of 60 days, scored by the published definitions of the energy benchmark
   * (MASE against the week before, CV(RMSE), 90 % coverage, mean interval score over the MASE
   * scale) and of the M4 competition (sMAPE). The expected numbers come from independent scripts in
   * Python that implement those, run on the same made-up series.
   */
  @Test
  void figuresEqualThoseOfThePublishedScorers() {
    var random = new Congruential();
    int n = 1440 + 24 * 40;
    var x = new double[n];
    for (int i = 0; i < n; i++) {
      double parabola = 25 * Math.floor((i % 24 - 12) * (i % 24 - 12) / 6.0) / 24;
      x[i] = 60 + parabola + (i % 168 < 120 ? 4 : 0) + 6 * random.next();
    }
    double scale = 0;
    for (int t = 24; t < n - 1440; t++) {
      scale += Math.abs(x[t] - x[t - 24]);
    }
    scale /= n - 1440 - 24;
    var predictions = new ArrayList<Prediction>();
    for (int o = n - 1440; o + 24 <= n; o += 24) {
      var means = new double[24];
      var quantiles = new double[2][24];
      for (int h = 0; h < 24; h++) {
        means[h] = x[o + h] + 10 * (random.next() - .5);
        quantiles[0][h] = means[h] - 6 * random.next();
        quantiles[1][h] = means[h] + 6 * random.next();
      }
      predictions.add(
          SomePredictions.of(
              "pjm/zone",
              HOURLY,
              "load",
              "1.0.0",
              PredictionRole.CHAMPION,
              ORIGIN.plus(Duration.ofHours(o)),
              new PredictedSteps(means, new double[] {0.05, 0.95}, quantiles, new double[0]),
              OptionalDouble.of(scale),
              OptionalDouble.empty()));
    }
    Instant end = ORIGIN.plus(Duration.ofHours(n));
    ledger.record(predictions, end);
    long first = HOURLY.indexAt(Times.toMicros(ORIGIN));
    take(end, target -> x[(int) (target.index() - first)]);

    AccuracyFigures f =
        store
            .answer(new AccuracyQuestion(PredictionFilter.ALL, ORIGIN, end, Set.of(), 0, 1))
            .getFirst()
            .figures();

    assertThat(f.pairs()).isEqualTo(60 * 24);
    assertThat(scale).isCloseTo(2.566690314035767, within(1e-12));
    close(f.mase(), 0.9579857389126273);
    close(f.cvRmse(), 3.8615161458125136);
    close(f.smape(), 3.371689712608933);
    assertThat(f.intervals().getFirst().level()).isEqualTo(0.9);
    assertThat(f.intervals().getFirst().coverage()).isCloseTo(0.5875, within(1e-9));
    assertThat(f.intervals().getFirst().score() / scale).isCloseTo(7.577458840466971, within(1e-9));
  }

  @Test
  void groupsArePagedInOrderEachWithItsOwnFigures() {
    for (String series : List.of("b/x", "a/y", "a-b")) {
      ledger.record(
          List.of(
              SomePredictions.of(
                  series,
                  HOURLY,
                  "load",
                  "1.0.0",
                  PredictionRole.CHAMPION,
                  ORIGIN,
                  new PredictedSteps(
                      new double[] {series.length(), 1},
                      new double[] {0.25, 0.75},
                      new double[][] {{0, 0}, {series.length(), 2}},
                      new double[0]),
                  OptionalDouble.empty(),
                  OptionalDouble.empty())),
          ORIGIN);
    }
    take(END, _ -> 0);
    Set<AccuracyDimension> by =
        Set.of(
            AccuracyDimension.SERIES,
            AccuracyDimension.VERSION,
            AccuracyDimension.ROLE,
            AccuracyDimension.STEP);

    List<AccuracyGroup> all = store.answer(question(PredictionFilter.ALL, by, 0, 100));
    var paged = new ArrayList<AccuracyGroup>();
    for (int skipped = 0; skipped < 6; skipped += 2) {
      List<AccuracyGroup> page = store.answer(question(PredictionFilter.ALL, by, skipped, 2));
      assertThat(page).hasSize(skipped < 4 ? 3 : 2);
      paged.addAll(page.subList(0, 2));
    }

    assertThat(all).hasSize(6);
    assertThat(paged).isEqualTo(all);
    for (AccuracyGroup group : all) {
      double f = group.step().orElseThrow() == 1 ? group.series().orElseThrow().length() : 1;
      close(group.figures().mae(), f);
      assertThat(group.figures().intervals()).hasSize(1);
      assertThat(group.version().orElseThrow().model()).isEqualTo("load");
      assertThat(group.role()).contains(PredictionRole.CHAMPION);
    }
    assertThat(store.answer(question(PredictionFilter.ofSeries("a/y"), Set.of(), 0, 1)))
        .hasSize(1)
        .allMatch(group -> group.figures().pairs() == 2);
    assertThat(
            store.answer(
                question(
                    PredictionFilter.ofSeries("unknown"), Set.of(AccuracyDimension.SERIES), 0, 10)))
        .isEmpty();
  }

  @Test
  void everyPartOfAFilterCounts() {
    var steps = new PredictedSteps(new double[] {5}, new double[0], new double[0][], new double[0]);
    for (String version : List.of("1.0.0", "2.0.0")) {
      for (PredictionRole role : List.of(PredictionRole.CHAMPION, PredictionRole.SHADOW)) {
        for (String series : List.of("hq/a", "annex/b")) {
          ledger.record(
              List.of(
                  SomePredictions.of(
                      series,
                      HOURLY,
                      "load",
                      version,
                      role,
                      ORIGIN,
                      steps,
                      OptionalDouble.empty(),
                      OptionalDouble.empty())),
              ORIGIN);
        }
      }
    }
    take(END, _ -> 0);

    assertThat(pairs("", "", "", "", Optional.empty(), Optional.empty())).isEqualTo(8);
    assertThat(pairs("hq/a", "", "", "", Optional.empty(), Optional.empty())).isEqualTo(4);
    assertThat(pairs("", "annex/", "", "", Optional.empty(), Optional.empty())).isEqualTo(4);
    assertThat(pairs("", "", "load", "", Optional.empty(), Optional.empty())).isEqualTo(8);
    assertThat(pairs("", "", "other", "", Optional.empty(), Optional.empty())).isZero();
    assertThat(pairs("", "", "load", "2.0.0", Optional.empty(), Optional.empty())).isEqualTo(4);
    assertThat(pairs("", "", "", "", Optional.of(PredictionRole.SHADOW), Optional.of(HOURLY)))
        .isEqualTo(4);
    assertThat(
            pairs("", "", "", "", Optional.empty(), Optional.of(Grid.ofStep(Duration.ofHours(2)))))
        .isZero();
    assertThat(
            pairs(
                "hq/a",
                "hq/",
                "load",
                "1.0.0",
                Optional.of(PredictionRole.CHAMPION),
                Optional.of(HOURLY)))
        .isEqualTo(1);
  }

  private long pairs(
      String series,
      String prefix,
      String model,
      String version,
      Optional<PredictionRole> role,
      Optional<Grid> grid) {
    var filter =
        new PredictionFilter(
            Optional.of(series).filter(s -> !s.isEmpty()),
            Optional.of(prefix).filter(s -> !s.isEmpty()),
            Optional.of(model).filter(s -> !s.isEmpty()),
            Optional.of(version).filter(s -> !s.isEmpty()),
            Optional.of("champion"),
            role,
            grid);
    return store.answer(question(filter, Set.of(), 0, 1)).getFirst().figures().pairs();
  }

  @Test
  void withoutPairsTheFiguresAreNotSet() {
    AccuracyFigures f = overall();

    assertThat(f.pairs()).isZero();
    assertThat(f.mae()).isEmpty();
    assertThat(f.mape()).isEmpty();
    assertThat(f.intervals()).isEmpty();
  }

  @Test
  void aWindowHoldsTheTargetsThatStartInIt() {
    ledger.record(List.of(SomePredictions.of("hq/meter", ORIGIN, 1, 2, 3)), ORIGIN);
    take(END, _ -> 0);

    List<AccuracyGroup> middle =
        store.answer(
            new AccuracyQuestion(
                PredictionFilter.ALL,
                ORIGIN.plusSeconds(3600),
                ORIGIN.plusSeconds(7200),
                Set.of(),
                0,
                10));

    assertThat(middle.getFirst().figures().pairs()).isEqualTo(1);
    close(middle.getFirst().figures().mae(), 2);
    assertThat(Optional.of(middle.getFirst().series())).contains(Optional.empty());
  }

  private static double[] array(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
