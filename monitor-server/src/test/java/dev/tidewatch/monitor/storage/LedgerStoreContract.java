package dev.tidewatch.monitor.storage;

import static dev.tidewatch.monitor.storage.SomePredictions.HOURLY;
import static dev.tidewatch.monitor.storage.SomePredictions.ORIGIN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.monitor.Page;
import dev.tidewatch.monitor.TimeSpan;
import dev.tidewatch.monitor.ledger.ActualState;
import dev.tidewatch.monitor.ledger.LedgerStore;
import dev.tidewatch.monitor.ledger.LedgerStore.OutcomeCursor;
import dev.tidewatch.monitor.ledger.LedgerStore.PredictionCursor;
import dev.tidewatch.monitor.ledger.LedgerStore.StepBounds;
import dev.tidewatch.monitor.ledger.Outcome;
import dev.tidewatch.monitor.ledger.PredictedSteps;
import dev.tidewatch.monitor.ledger.Prediction;
import dev.tidewatch.monitor.ledger.PredictionFilter;
import dev.tidewatch.monitor.ledger.PredictionRole;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.serverkit.testing.TestDatabase;
import dev.tidewatch.timeseries.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link LedgerStore} must do; a subclass only says on which database. */
abstract class LedgerStoreContract {
  private TestDatabase test;
  private Database database;
  private LedgerStore store;

  abstract TestDatabase newDatabase();

  @BeforeEach
  void open() {
    test = newDatabase();
    database = test.open("monitor");
    store = new PostgresLedgerStore(database, 16);
  }

  @AfterEach
  void close() {
    database.close();
    test.close();
  }

  @Test
  void whatWasRecordedComesBackAsItWas() {
    Prediction full =
        SomePredictions.of(
            "hq/meter",
            HOURLY,
            "load",
            "1.2.0",
            PredictionRole.SHADOW,
            ORIGIN,
            new PredictedSteps(
                new double[] {1.5, -2.25, 1e-300},
                new double[] {0.05, 0.5, 0.95},
                new double[][] {{1, -3, 0}, {1.5, -2.25, 0}, {2, -1, 1e300}},
                new double[] {1, Double.NaN, 3}),
            OptionalDouble.of(0.75),
            OptionalDouble.of(1.25));
    Prediction bare = SomePredictions.of("hq/co2", ORIGIN, 400);

    assertThat(store.record(List.of(full, bare), ORIGIN)).isEqualTo(2);

    assertThat(store.find(full.id())).contains(full);
    assertThat(store.find(bare.id())).contains(bare);
    List<Outcome> outcomes = store.outcomesOf(full.id());
    assertThat(outcomes).extracting(Outcome::step).containsExactly(1, 2, 3);
    assertThat(outcomes)
        .extracting(Outcome::targetTime)
        .containsExactly(
            ORIGIN, ORIGIN.plus(Duration.ofHours(1)), ORIGIN.plus(Duration.ofHours(2)));
    assertThat(outcomes.get(1).quantiles()).containsExactly(-3.0, -2.25, -1.0);
    assertThat(outcomes).allMatch(o -> o.state() == ActualState.PENDING && o.revision() == 0);
  }

  @Test
  void aKeyIsRecordedOnceWhateverFollows() {
    Prediction first = SomePredictions.of("hq/meter", ORIGIN, 1, 2);
    Prediction sameKeyOtherValues = SomePredictions.of("hq/meter", ORIGIN, 8, 9);
    Prediction otherOrigin = SomePredictions.of("hq/meter", ORIGIN.plusSeconds(3600), 1, 2);

    assertThat(store.record(List.of(first, first), ORIGIN)).isEqualTo(1);
    assertThat(store.record(List.of(first), ORIGIN)).isZero();
    assertThat(store.record(List.of(sameKeyOtherValues, otherOrigin), ORIGIN)).isEqualTo(1);

    assertThat(store.find(first.id())).contains(first);
    assertThat(store.counts().predictions()).isEqualTo(2);
    assertThat(store.counts().stepsPending()).isEqualTo(4);
  }

  @Test
  void concurrentRepeatsAreCountedOnce() throws Exception {
    List<Prediction> batch = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      batch.add(SomePredictions.of("s/" + i % 20, ORIGIN.plus(Duration.ofHours(i / 20)), 1, 2, 3));
    }
    List<Prediction> reversed = batch.reversed();
    try (var pool = Executors.newFixedThreadPool(4)) {
      List<Callable<Integer>> writers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        List<Prediction> mine = i % 2 == 0 ? batch : reversed;
        writers.add(() -> store.record(mine, ORIGIN));
      }
      int recorded = 0;
      for (Future<Integer> writer : pool.invokeAll(writers)) {
        recorded += writer.get();
      }
      assertThat(recorded).isEqualTo(200);
    }
    assertThat(store.counts().predictions()).isEqualTo(200);
    assertThat(store.counts().stepsPending()).isEqualTo(600);
  }

  @Test
  void horizonsMayCrossMonthsAndYears() {
    Instant newYearsEve = Instant.parse("2025-12-31T22:00:00Z");
    var means = new double[24 * 70];
    Prediction longOne = SomePredictions.of("hq/meter", newYearsEve, means);

    assertThat(store.record(List.of(longOne), newYearsEve)).isEqualTo(1);

    assertThat(store.outcomesOf(longOne.id())).hasSize(means.length);
  }

  @Test
  void pagesAreNewestFirstAndTheLastHasNoNext() {
    for (int i = 0; i < 5; i++) {
      store.record(
          List.of(SomePredictions.of("hq/meter", ORIGIN.plus(Duration.ofHours(i)), i)), ORIGIN);
    }
    List<Long> seen = new ArrayList<>();
    Optional<PredictionCursor> after = Optional.empty();
    int pages = 0;
    do {
      Page<Prediction, PredictionCursor> page =
          store.page(PredictionFilter.ALL, TimeSpan.ALWAYS, after, 2);
      page.items().forEach(p -> seen.add(p.originMicros()));
      after = page.next();
      pages++;
    } while (after.isPresent());

    assertThat(pages).isEqualTo(3);
    assertThat(seen).hasSize(5).isSortedAccordingTo((a, b) -> Long.compare(b, a));
  }

  @Test
  void filtersMustAllMatch() {
    Prediction champion = SomePredictions.of("hq/ahu-1/temp", ORIGIN, 1);
    Prediction shadow =
        SomePredictions.of(
            "hq/ahu-1/temp",
            HOURLY,
            "load",
            "2.0.0",
            PredictionRole.SHADOW,
            ORIGIN,
            new PredictedSteps(new double[] {2}, new double[0], new double[0][], new double[0]),
            OptionalDouble.empty(),
            OptionalDouble.empty());
    Prediction elsewhere = SomePredictions.of("hq/ahu_1/temp", ORIGIN, 3);
    store.record(List.of(champion, shadow, elsewhere), ORIGIN);

    assertThat(listed(filter("", "hq/ahu-", "", Optional.empty())))
        .containsExactlyInAnyOrder(champion, shadow);
    assertThat(listed(filter("", "hq/ahu_", "", Optional.empty()))).containsExactly(elsewhere);
    assertThat(listed(filter("hq/ahu-1/temp", "", "2.0.0", Optional.empty())))
        .containsExactly(shadow);
    assertThat(listed(filter("hq/ahu-1/temp", "", "", Optional.of(PredictionRole.CHAMPION))))
        .containsExactly(champion);
    assertThat(
            store
                .page(
                    PredictionFilter.ALL,
                    TimeSpan.between(ORIGIN.plusSeconds(1), ORIGIN.plusSeconds(9)),
                    Optional.empty(),
                    9)
                .items())
        .isEmpty();
  }

  private List<Prediction> listed(PredictionFilter filter) {
    return store.page(filter, TimeSpan.ALWAYS, Optional.empty(), 10).items();
  }

  private static PredictionFilter filter(
      String series, String prefix, String version, Optional<PredictionRole> role) {
    return new PredictionFilter(
        Optional.of(series).filter(s -> !s.isEmpty()),
        Optional.of(prefix).filter(s -> !s.isEmpty()),
        Optional.empty(),
        Optional.of(version).filter(s -> !s.isEmpty()),
        Optional.empty(),
        role,
        Optional.empty());
  }

  @Test
  void outcomesArePagedByTargetAndStep() {
    for (int i = 0; i < 3; i++) {
      store.record(
          List.of(SomePredictions.of("hq/meter", ORIGIN.plus(Duration.ofHours(i)), 1, 2, 3)),
          ORIGIN);
    }
    List<String> seen = new ArrayList<>();
    Optional<OutcomeCursor> after = Optional.empty();
    do {
      Page<Outcome, OutcomeCursor> page =
          store.outcomes(
              PredictionFilter.ofSeries("hq/meter"),
              TimeSpan.ALWAYS,
              StepBounds.ALL,
              Optional.empty(),
              after,
              4);
      page.items()
          .forEach(
              o -> seen.add(Duration.between(ORIGIN, o.targetTime()).toHours() + "." + o.step()));
      after = page.next();
    } while (after.isPresent());

    assertThat(seen).containsExactly("4.3", "3.2", "3.3", "2.1", "2.2", "2.3", "1.1", "1.2", "0.1");
    assertThat(
            store
                .outcomes(
                    PredictionFilter.ofSeries("hq/meter"),
                    TimeSpan.ALWAYS,
                    new StepBounds(2, 2),
                    Optional.of(ActualState.PENDING),
                    Optional.empty(),
                    10)
                .items())
        .extracting(Outcome::step)
        .containsExactly(2, 2, 2);
  }

  @Test
  void equalKeysHaveEqualIds() {
    Prediction one = SomePredictions.of("hq/meter", ORIGIN, 1);
    Prediction other = SomePredictions.of("hq/meter", ORIGIN, 5);

    assertThat(one.id()).isEqualTo(other.id());
    assertThat(one.originMicros()).isEqualTo(Times.toMicros(ORIGIN));
  }
}
