package dev.tidewatch.monitor.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.tidewatch.monitor.ModelVersion;
import dev.tidewatch.monitor.TimeSpan;
import dev.tidewatch.monitor.anomaly.Anomaly;
import dev.tidewatch.monitor.anomaly.Severity;
import dev.tidewatch.monitor.decision.Decision;
import dev.tidewatch.monitor.decision.DecisionFilter;
import dev.tidewatch.monitor.decision.DecisionKind;
import dev.tidewatch.monitor.story.StoryLine;
import dev.tidewatch.monitor.tuning.Tuning;
import dev.tidewatch.monitor.tuning.TuningCause;
import dev.tidewatch.monitor.tuning.TuningKey;
import dev.tidewatch.monitor.tuning.TuningStore;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.serverkit.testing.TestDatabase;
import dev.tidewatch.timeseries.SeriesName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every {@link TuningStore} must do, and what it tells the decision log; a subclass only says
 * on which database.
 */
abstract class TuningStoreContract {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final TuningKey CO2 =
      new TuningKey(new SeriesName("hq/co2"), new ModelVersion("zscore", "1.0.0"));
  private static final TuningCause COVERAGE =
      TuningCause.coverage("coverage: 60.0 %", Map.of("coverage", 0.6));

  private TestDatabase test;
  private Database database;
  private TuningStore store;
  private PostgresDecisionStore decisions;

  abstract TestDatabase newDatabase();

  @BeforeEach
  void open() {
    test = newDatabase();
    database = test.open("monitor");
    store = new PostgresTuningStore(database, 16);
    decisions = new PostgresDecisionStore(database);
  }

  @AfterEach
  void close() {
    database.close();
    test.close();
  }

  /** Oldest first. */
  private List<Decision> told() {
    var filter =
        new DecisionFilter(Optional.of("zscore"), Optional.of(DecisionKind.TUNED), TimeSpan.ALWAYS);
    var newestFirst = new ArrayList<>(decisions.page(filter, Optional.empty(), 100).items());
    Collections.reverse(newestFirst);
    return newestFirst;
  }

  private long revisionOf(TuningKey key) {
    return store.find(key).map(Tuning::revision).orElse(0L);
  }

  @Test
  void ofAVersionsIntervalsOnASeriesTheFirstMoveOfEachDayIsTold() {
    for (int hour : new int[] {0, 1, 11, 12, 35}) {
      Instant at = NOON.plus(Duration.ofHours(hour));
      List<Double> offsets = List.of(1.0 + hour);
      assertThat(store.setOffsets(CO2, revisionOf(CO2), offsets, COVERAGE, at)).isPresent();
    }
    assertThat(told())
        .extracting(Decision::time)
        .containsExactly(NOON, NOON.plus(Duration.ofHours(12)));
    assertThat(told().getFirst())
        .returns("zscore", Decision::model)
        .returns("version 1.0.0 on hq/co2: coverage: 60.0 %", Decision::reason)
        .returns(Map.of("coverage", 0.6), Decision::figures)
        .returns("", Decision::actor)
        .returns("", Decision::alias);
    assertThat(store.find(CO2).orElseThrow().conformalOffsets()).containsExactly(36.0);

    var temperature = new TuningKey(new SeriesName("hq/temp"), CO2.version());
    store.setOffsets(temperature, 0, List.of(2.0), COVERAGE, NOON);
    assertThat(told()).as("another series has its own").hasSize(3);
  }

  @Test
  void ofTwoThatDecideAtOnceOneWritesAndOneTells() throws Exception {
    // As replicas do: both read revision 0, both decide the same.
    try (var pool = Executors.newFixedThreadPool(2)) {
      Callable<Optional<Tuning>> replica =
          () -> store.setOffsets(CO2, 0, List.of(1.5), COVERAGE, NOON);
      int written = 0;
      for (Future<Optional<Tuning>> done : pool.invokeAll(List.of(replica, replica))) {
        written += done.get().isPresent() ? 1 : 0;
      }
      assertThat(written).isEqualTo(1);
    }
    assertThat(store.revision()).isEqualTo(1);
    assertThat(store.offsetsOf(Set.of(1L, 7L))).isEqualTo(Map.of(1L, List.of(1.5)));
    assertThat(told()).hasSize(1);
  }

  @Test
  void feedbackIsToldAndItsWearingOffOnlyAtTheEnd() {
    var anomalies = new PostgresAnomalyStore(database, 16);
    Anomaly found = AnomalyStoreContract.anomaly("hq/co2", 0, Severity.HIGH);
    anomalies.report(List.of(found), NOON);
    for (int again = 0; again < 2; again++) {
      anomalies.markFalseAlarm(found.id(), Optional.empty(), "ada", "a door", NOON);
    }
    assertThat(told())
        .singleElement()
        .returns("ada", Decision::actor)
        .returns(
            "version 1.0.0 on hq/co2: false-alarm feedback: threshold factor 1.25, was 1.00",
            Decision::reason)
        .returns(
            Map.of("threshold_factor", 1.25, "threshold_factor_before", 1.0), Decision::figures);

    Instant now = NOON;
    int steps = 0;
    while (store.find(CO2).isPresent()) {
      now = now.plus(Duration.ofDays(5));
      steps += store.relax(now, 10);
    }
    assertThat(steps).isGreaterThan(2);
    assertThat(told()).hasSize(2);
    assertThat(told().getLast().reason())
        .startsWith("version 1.0.0 on hq/co2: false-alarm feedback wears off");
    assertThat(store.relax(now.plus(Duration.ofDays(99)), 10)).isZero();
  }

  @Test
  void whatPeopleSetIsToldEachTimeAndReadsAsAStory() {
    TuningCause noisy = TuningCause.byHand("by hand: noisy", "ada");
    store.set(CO2, Optional.empty(), 2, List.of(), noisy, NOON);
    store.set(CO2, Optional.empty(), 2, List.of(), noisy, NOON);
    store.reset(CO2, Optional.empty(), TuningCause.byHand("reset", ""), NOON.plusSeconds(1));
    assertThat(store.changesAfter(0, 10)).hasSize(3);
    assertThat(new DecisionStory(database).lines("zscore", TimeSpan.ALWAYS, 10))
        .extracting(StoryLine::topic, StoryLine::text)
        .containsExactly(
            tuple("tuning", "tuned by ada: version 1.0.0 on hq/co2: by hand: noisy"),
            tuple("tuning", "tuned by ada: version 1.0.0 on hq/co2: by hand: noisy"),
            tuple("tuning", "tuned: version 1.0.0 on hq/co2: reset"));
  }
}
