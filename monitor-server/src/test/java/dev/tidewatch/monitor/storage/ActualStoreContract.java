package dev.tidewatch.monitor.storage;

import static dev.tidewatch.monitor.storage.SomePredictions.ORIGIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewatch.monitor.FeedPosition;
import dev.tidewatch.monitor.SeriesShard;
import dev.tidewatch.monitor.ledger.ActualState;
import dev.tidewatch.monitor.ledger.LedgerStore;
import dev.tidewatch.monitor.ledger.Outcome;
import dev.tidewatch.monitor.ledger.Prediction;
import dev.tidewatch.monitor.truth.ActualStore;
import dev.tidewatch.monitor.truth.DeletedSeries;
import dev.tidewatch.monitor.truth.LeaseLostException;
import dev.tidewatch.monitor.truth.ShardClaim;
import dev.tidewatch.monitor.truth.TakenActual;
import dev.tidewatch.monitor.truth.Target;
import dev.tidewatch.monitor.truth.Touch;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.serverkit.testing.TestDatabase;
import dev.tidewatch.timeseries.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link ActualStore} must do; a subclass only says on which database. */
abstract class ActualStoreContract {
  private static final Duration TERM = Duration.ofSeconds(10);
  private static final Instant REAL = Instant.parse("2030-01-01T00:00:00Z");
  private static final FeedPosition START = new FeedPosition(7, 100);
  private static final Instant LATER = ORIGIN.plus(Duration.ofDays(1));

  private TestDatabase test;
  private Database database;
  private LedgerStore ledger;
  private ActualStore store;

  abstract TestDatabase newDatabase();

  @BeforeEach
  void open() {
    test = newDatabase();
    database = test.open("monitor");
    ledger = new PostgresLedgerStore(database, 4);
    store = new PostgresActualStore(database, 4);
    store.prepareShards(4, START);
  }

  @AfterEach
  void close() {
    database.close();
    test.close();
  }

  @Test
  void targetsAreDueOnceTheIntervalAndItsLatenessHavePassed() {
    ShardClaim claim = store.claim("a", REAL, TERM);
    ledger.record(List.of(SomePredictions.of("hq/meter", ORIGIN, 1, 2, 3)), ORIGIN);

    assertThat(store.due(claim, ORIGIN.plusSeconds(3599), 10)).isEmpty();
    assertThat(store.due(claim, ORIGIN.plusSeconds(3600), 10))
        .extracting(Target::startMicros)
        .containsExactly(Times.toMicros(ORIGIN));
    assertThat(store.due(claim, LATER, 10)).hasSize(3);
    assertThat(store.due(claim, LATER, 2)).hasSize(2);
  }

  @Test
  void whatIsTakenIsNoLongerDueAndIsRevisedOnlyWhenItChanges() {
    ShardClaim claim = store.claim("a", REAL, TERM);
    Prediction prediction = SomePredictions.of("hq/meter", ORIGIN, 1, 2);
    ledger.record(List.of(prediction), ORIGIN);
    List<Target> due = store.due(claim, LATER, 10);

    assertThat(store.write(claim, START, taken(due, 5, Double.NaN), LATER)).hasSize(2);
    assertThat(store.due(claim, LATER, 10)).isEmpty();
    Outcome first = ledger.outcomesOf(prediction.id()).get(0);
    assertThat(first.state()).isEqualTo(ActualState.KNOWN);
    assertThat(first.actual()).isEqualTo(OptionalDouble.of(5));
    assertThat(first.changedAt()).contains(LATER);
    Outcome second = ledger.outcomesOf(prediction.id()).get(1);
    assertThat(second.state()).isEqualTo(ActualState.MISSING);
    assertThat(second.actual()).isEmpty();

    Instant again = LATER.plusSeconds(5);
    assertThat(store.write(claim, START, taken(due, 5, 6), again)).containsExactly(due.get(1));
    assertThat(ledger.outcomesOf(prediction.id()))
        .extracting(Outcome::revision)
        .containsExactly(1, 2);
    assertThat(ledger.outcomesOf(prediction.id()).get(1).changedAt()).contains(again);
    assertThat(ledger.counts().stepsKnown()).isEqualTo(2);
  }

  @Test
  void aTouchMarksJustTheTakenIntervalsItReaches() {
    ShardClaim claim = store.claim("a", REAL, TERM);
    ledger.record(List.of(SomePredictions.of("hq/meter", ORIGIN, 1, 2, 3, 4)), ORIGIN);
    List<Target> due = store.due(claim, ORIGIN.plus(Duration.ofHours(3)), 10);
    store.write(claim, START, taken(due, 1, 2, 3), LATER);
    long secondHour = Times.toMicros(ORIGIN) + Times.MICROS_PER_HOUR;

    int marked =
        store.apply(
            claim,
            List.of(
                touch("hq/meter", secondHour + 5, secondHour + 2 * Times.MICROS_PER_HOUR),
                touch("hq/other", secondHour, secondHour)),
            List.of(),
            START);

    // The second and third hour; the fourth is pending and is read when it is due.
    assertThat(marked).isEqualTo(2);
    assertThat(store.due(claim, ORIGIN.plus(Duration.ofHours(3)), 10))
        .containsExactlyInAnyOrder(due.get(1), due.get(2));
    assertThat(store.apply(claim, List.of(Touch.everywhere("hq/meter", 0)), List.of(), START))
        .isEqualTo(1);
  }

  @Test
  void checkpointsMoveForwardOnly() {
    ShardClaim claim = store.claim("a", REAL, TERM);
    store.apply(claim, List.of(), List.of(), new FeedPosition(7, 130));
    store.apply(claim, List.of(), List.of(), new FeedPosition(7, 120));
    store.apply(claim, List.of(), List.of(), new FeedPosition(8, 500));

    assertThat(store.checkpoints(claim).values())
        .hasSize(4)
        .allMatch(new FeedPosition(7, 130)::equals);
  }

  @Test
  void anOldFenceIsRefusedAndChangesNothing() {
    ShardClaim old = store.claim("a", REAL, TERM);
    ledger.record(List.of(SomePredictions.of("hq/meter", ORIGIN, 1)), ORIGIN);
    List<Target> due = store.due(old, LATER, 10);
    assertThat(store.claim("b", REAL.plusSeconds(9), TERM).isEmpty()).isTrue();
    ShardClaim current = store.claim("b", REAL.plusSeconds(10), TERM);
    assertThat(current.shards()).hasSize(4);

    assertThatThrownBy(() -> store.apply(old, List.of(), List.of(), new FeedPosition(7, 101)))
        .isInstanceOf(LeaseLostException.class);
    assertThatThrownBy(() -> store.write(old, START, taken(due, 1), LATER))
        .isInstanceOf(LeaseLostException.class);
    assertThatThrownBy(() -> store.restart(old, START)).isInstanceOf(LeaseLostException.class);

    assertThat(store.checkpoints(current).values()).allMatch(START::equals);
    assertThat(store.due(current, LATER, 10)).isEqualTo(due);
    store.release(old);
    assertThat(store.claim("c", REAL.plusSeconds(11), TERM).isEmpty()).isTrue();
    store.release(current);
    assertThat(store.claim("c", REAL.plusSeconds(11), TERM).shards()).hasSize(4);
  }

  @Test
  void renewingKeepsTheFence() {
    ShardClaim first = store.claim("a", REAL, TERM);

    assertThat(store.claim("a", REAL.plusSeconds(8), TERM)).isEqualTo(first);
    assertThat(store.claim("b", REAL.plusSeconds(12), TERM).isEmpty()).isTrue();
    // Having been away for longer than the term it may have missed another owner: a new fence.
    assertThat(store.claim("a", REAL.plusSeconds(60), TERM)).isNotEqualTo(first);
  }

  @Test
  void readingsFromBeforeACheckpointAreNotWritten() {
    ShardClaim claim = store.claim("a", REAL, TERM);
    ledger.record(List.of(SomePredictions.of("hq/meter", ORIGIN, 1)), ORIGIN);
    List<Target> due = store.due(claim, LATER, 10);
    store.apply(claim, List.of(), List.of(), new FeedPosition(7, 105));

    assertThatThrownBy(() -> store.write(claim, new FeedPosition(7, 104), taken(due, 1), LATER))
        .isInstanceOf(LeaseLostException.class);
    assertThatThrownBy(() -> store.write(claim, new FeedPosition(8, 999), taken(due, 1), LATER))
        .isInstanceOf(LeaseLostException.class);
    assertThat(store.write(claim, new FeedPosition(7, 105), taken(due, 1), LATER)).hasSize(1);
  }

  @Test
  void aRestartTakesEverythingAgain() {
    ShardClaim claim = store.claim("a", REAL, TERM);
    ledger.record(List.of(SomePredictions.of("hq/meter", ORIGIN, 1, 2)), ORIGIN);
    List<Target> due = store.due(claim, LATER, 10);
    store.write(claim, START, taken(due, 1, Double.NaN), LATER);

    store.restart(claim, new FeedPosition(9, 3));

    assertThat(store.due(claim, LATER, 10)).hasSize(2);
    assertThat(store.checkpoints(claim).values()).allMatch(new FeedPosition(9, 3)::equals);
  }

  @Test
  void predictionsFromBeforeTheDeletionOfTheirSeriesGoAndNoOthers() {
    ShardClaim claim = store.claim("a", REAL, TERM);
    // All were made with the history at (7, 40).
    Prediction gone = SomePredictions.of("hq/meter", ORIGIN, 1, 2);
    Prediction other = SomePredictions.of("hq/other", ORIGIN, 1, 2);
    Prediction later = SomePredictions.of("hq/later", ORIGIN, 1, 2);
    ledger.record(List.of(gone, other, later), ORIGIN);
    var deleted =
        List.of(
            new DeletedSeries("hq/meter", new FeedPosition(7, 41)),
            new DeletedSeries("hq/later", new FeedPosition(7, 40)),
            new DeletedSeries("hq/never-heard-of", new FeedPosition(7, 99)));

    store.apply(claim, List.of(), deleted, START);

    assertThat(ledger.find(gone.id())).isEmpty();
    assertThat(ledger.outcomesOf(gone.id())).isEmpty();
    assertThat(ledger.outcomesOf(other.id())).hasSize(2);
    assertThat(ledger.outcomesOf(later.id())).hasSize(2);
    assertThat(ledger.counts().stepsPending()).isEqualTo(4);
    // The same place in an older life of the database was before.
    store.apply(
        claim,
        List.of(),
        List.of(new DeletedSeries("hq/later", new FeedPosition(8, 2))),
        new FeedPosition(8, 2));
    assertThat(ledger.outcomesOf(later.id())).isEmpty();
  }

  @Test
  void shardsArePreparedOnceAndTheirNumberIsFixed() {
    store.prepareShards(4, new FeedPosition(7, 999));

    assertThat(store.checkpoints(store.claim("a", REAL, TERM)).values()).allMatch(START::equals);
    assertThatThrownBy(() -> store.prepareShards(5, START))
        .hasMessageContaining("5 shards")
        .hasMessageContaining("feed-shards is 4");
    assertThatThrownBy(() -> new PostgresActualStore(database, 5).prepareShards(5, START))
        .hasMessageContaining("followed by 4");
  }

  private static Touch touch(String series, long from, long to) {
    return new Touch(series, SeriesShard.of(series, 4), from, to);
  }

  private static List<TakenActual> taken(List<Target> targets, double... values) {
    var taken = new ArrayList<TakenActual>();
    for (int i = 0; i < values.length; i++) {
      taken.add(new TakenActual(targets.get(i), values[i]));
    }
    return taken;
  }
}
