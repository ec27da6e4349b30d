package dev.tidewatch.models.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.training.TrainingProgress;
import dev.tidewatch.timeseries.GridWindow;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ParallelBacktestTest {
  private static final BacktestPlan PLAN = new BacktestPlan(5, 240, 12, 3, 0);

  private static GridWindow noise() {
    var random = new SplittableRandom(5);
    return SeasonalNaiveTest.window(
        SeasonalNaiveTest.HOURS,
        24 * 40,
        t -> 50 + 10 * Math.sin(t * Math.PI / 12) + random.nextGaussian());
  }

  private static ForecastTraining training() {
    return SeasonalNaiveTest.training(noise(), 24, Map.of());
  }

  private static ForecastTraining training(TrainingProgress progress) {
    ForecastTraining plain = training();
    return plain.over(plain.series(), progress);
  }

  @Test
  void threadsChangeNothing() {
    BacktestReport alone = Backtest.run(new SeasonalNaiveFamily(), training(), PLAN);
    for (int threads : List.of(2, 3, 16)) {
      var folds = new ArrayList<Integer>();
      BacktestReport together =
          Backtest.run(
              new SeasonalNaiveFamily(),
              training(),
              PLAN,
              threads,
              (fold, metrics, origins) -> {
                // The newest origin of all has no whole truth.
                assertThat(origins).hasSize(fold < 4 ? 4 : 3);
                assertThat(metrics)
                    .containsEntry("origins", (double) origins.size())
                    .containsKey("mase");
                folds.add(fold);
                return true;
              });
      assertThat(folds).containsExactly(0, 1, 2, 3, 4);
      assertThat(together.metrics()).isEqualTo(alone.metrics());
      assertThat(together.origins()).hasSameSizeAs(alone.origins());
      for (int i = 0; i < alone.origins().size(); i++) {
        assertThat(together.origins().get(i).forecast().means())
            .containsExactly(alone.origins().get(i).forecast().means());
      }
    }
  }

  @Test
  void foldsReallyRunSideBySide() throws InterruptedException {
    var both = new CountDownLatch(2);
    ForecastFamily waiting =
        new Wrapped() {
          @Override
          void beforeFit() {
            both.countDown();
            try {
              assertThat(both.await(30, TimeUnit.SECONDS)).as("another fold runs").isTrue();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          }
        };
    Backtest.run(waiting, training(), PLAN, 2, FoldListener.NONE);
    assertThat(both.getCount()).isZero();
  }

  @Test
  void aListenerCanDoWithoutTheRest() {
    BacktestReport report =
        Backtest.run(new NaiveFamily(), training(), PLAN, 2, (fold, metrics, origins) -> fold < 1);
    assertThat(report.origins()).hasSize(8);
    assertThat(report.metrics()).containsEntry("origins", 8.0);
  }

  @Test
  void cancellingEndsFoldsThatRun() throws InterruptedException {
    var ended = new CountDownLatch(2);
    ForecastFamily endless =
        new Wrapped() {
          @Override
          public Bundle fit(ForecastTraining training) {
            try {
              while (true) {
                training.progress().at("fit", 0.5);
                TimeUnit.MILLISECONDS.sleep(1);
              }
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
              throw new CancellationException();
            } finally {
              ended.countDown();
            }
          }
        };
    var told = Collections.synchronizedList(new ArrayList<String>());
    assertThatThrownBy(() ->
            Backtest.run(
                endless,
                training((stage, fraction) -> {
                  told.add(Thread.currentThread().getName());
                  if (told.size() == 3) {
                    throw new CancellationException("enough");
                  }
                }),
                PLAN,
                2,
                FoldListener.NONE))
        .isInstanceOf(CancellationException.class)
        .hasMessage("enough");
    assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(told).containsOnly(Thread.currentThread().getName());
  }

  @Test
  void pairsAreComparedOriginByOrigin() {
    ForecastTraining training = training();
    BacktestReport seasonal = Backtest.run(new SeasonalNaiveFamily(), training, PLAN);
    BacktestReport naive = Backtest.run(new NaiveFamily(), training, PLAN);
    PairedBacktests paired = PairedBacktests.of(seasonal, naive, training, PLAN);
    assertThat(paired.pairs().stream().map(PairedBacktests.Pair::originIndex))
        .hasSize(19)
        .isSorted();
    assertThat(paired.overlap()).as("origins every 12 of 24 steps").isEqualTo(2);
    assertThat(paired.firstLoss()).isCloseTo(seasonal.metrics().get("mase"), within(1e-9));
    assertThat(paired.secondLoss()).isCloseTo(naive.metrics().get("mase"), within(1e-9));
    assertThat(paired.test().orElseThrow().firstBetter()).isLessThan(0.001);
    assertThat(PairedBacktests.of(naive, seasonal, training, PLAN).test().orElseThrow())
        .satisfies(test -> assertThat(test.secondBetter()).isLessThan(0.001));
    assertThat(PairedBacktests.of(naive, naive, training, PLAN).test().orElseThrow().twoSided())
        .isEqualTo(1);
  }

  @Test
  void aReplayUsesTheForecasterAsItIs() {
    var family = new SeasonalNaiveFamily();
    ForecastTraining training = training();
    GridWindow early = training.series().firstEntry().getValue().slice(0, 480);
    Forecaster trained =
        family.load(family.fit(SeasonalNaiveTest.training(early, 24, Map.of("seasons", "168"))));
    BacktestReport replay = Backtest.replay(trained, training, PLAN);
    assertThat(replay.origins()).hasSize(19);
    GridWindow all = training.series().firstEntry().getValue();
    for (BacktestReport.Origin origin : replay.origins()) {
      int offset = (int) (origin.forecast().firstIndex() - all.firstIndex());
      assertThat(origin.forecast().mean(0)).isEqualTo(all.value(offset - 168));
    }
  }

  /** Naive, with something before it. */
  private abstract static class Wrapped implements ForecastFamily {
    private final NaiveFamily inner = new NaiveFamily();

    void beforeFit() {}

    @Override
    public String id() {
      return inner.id();
    }

    @Override
    public Bundle fit(ForecastTraining training) {
      beforeFit();
      return inner.fit(training);
    }

    @Override
    public Forecaster load(Bundle bundle) {
      return inner.load(bundle);
    }
  }
}
