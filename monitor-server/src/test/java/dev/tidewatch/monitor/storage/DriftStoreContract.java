package dev.tidewatch.monitor.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewatch.monitor.ModelVersion;
import dev.tidewatch.monitor.TimeSpan;
import dev.tidewatch.monitor.drift.DriftKind;
import dev.tidewatch.monitor.drift.DriftLevel;
import dev.tidewatch.monitor.drift.DriftReference;
import dev.tidewatch.monitor.drift.DriftReference.ReferenceSketch;
import dev.tidewatch.monitor.drift.DriftStore;
import dev.tidewatch.monitor.drift.DriftVerdict;
import dev.tidewatch.monitor.drift.ResidualStore;
import dev.tidewatch.monitor.drift.ResidualStore.Advance;
import dev.tidewatch.monitor.drift.ResidualStore.Checkpoint;
import dev.tidewatch.monitor.drift.ResidualStore.Found;
import dev.tidewatch.monitor.drift.ResidualStore.Stream;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.serverkit.errors.AlreadyExists;
import dev.tidewatch.serverkit.testing.TestDatabase;
import dev.tidewatch.timeseries.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the stores of drift must do; a subclass only says on which database. */
abstract class DriftStoreContract {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final ModelVersion LOAD = new ModelVersion("load", "1.0.0");
  private static final String SERIES = "hq/power";

  private TestDatabase test;
  private Database database;
  private DriftStore store;
  private ResidualStore residuals;

  abstract TestDatabase newDatabase();

  @BeforeEach
  void open() {
    test = newDatabase();
    database = test.open("monitor");
    store = new PostgresDriftStore(database, 16);
    residuals = new PostgresResidualStore(database);
  }

  @AfterEach
  void close() {
    database.close();
    test.close();
  }

  private static DriftReference reference(
      ModelVersion version, Optional<String> series, int... of) {
    var payload = new byte[of.length];
    for (int i = 0; i < of.length; i++) {
      payload[i] = (byte) of[i];
    }
    return new DriftReference(
        version,
        series,
        SomePredictions.HOURLY,
        List.of(
            new ReferenceSketch("target", 5, "", 40, 0.25, payload),
            new ReferenceSketch("target", ReferenceSketch.ALL_HOURS, "", 80, 0, payload),
            new ReferenceSketch("outside", 5, "hq/temp", 9, 0, payload)));
  }

  private static DriftVerdict verdict(String input, DriftLevel level, Instant at) {
    return new DriftVerdict(
        LOAD,
        SERIES,
        input,
        DriftKind.INPUT,
        level,
        at.minusSeconds(3600),
        at,
        100,
        OptionalDouble.of(0.5),
        OptionalDouble.empty(),
        OptionalDouble.of(1.5),
        OptionalDouble.empty(),
        "because",
        at);
  }

  @Test
  void aReferenceIsKeptOnce() {
    var first = reference(LOAD, Optional.of(SERIES), 1, 2, 3);
    assertThat(store.hasReference(LOAD)).isFalse();
    assertThat(store.register(first, NOON)).isTrue();
    assertThat(store.register(first, NOON.plusSeconds(60))).isFalse();
    assertThat(store.hasReference(LOAD)).isTrue();
    assertThatThrownBy(() -> store.register(reference(LOAD, Optional.of(SERIES), 4), NOON))
        .isInstanceOf(AlreadyExists.class)
        .hasMessageContaining(SERIES);
    assertThat(store.register(reference(LOAD, Optional.empty(), 4), NOON)).isTrue();
    assertThatThrownBy(() -> store.register(reference(LOAD, Optional.empty(), 5), NOON))
        .isInstanceOf(AlreadyExists.class);

    List<DriftStore.Due> due = store.takeDue(NOON, NOON.plusSeconds(3600), 10);
    assertThat(due)
        .extracting(DriftStore.Due::series)
        .containsExactlyInAnyOrder(Optional.of(SERIES), Optional.empty());
    assertThat(store.takeDue(NOON.plusSeconds(3599), NOON.plusSeconds(7200), 10)).isEmpty();
    assertThat(store.takeDue(NOON.plusSeconds(3600), NOON.plusSeconds(7200), 1)).hasSize(1);
    int named =
        due.stream().filter(d -> d.series().isPresent()).findFirst().orElseThrow().referenceId();
    DriftReference read = store.reference(named).orElseThrow();
    assertThat(read.version()).isEqualTo(LOAD);
    assertThat(read.grid()).isEqualTo(SomePredictions.HOURLY);
    assertThat(read.sketches()).hasSize(3);
    assertThat(read.sketches().getFirst().input()).isEqualTo("outside");
    assertThat(read.sketches().getFirst().source()).isEqualTo("hq/temp");
    assertThat(read.sketches().getLast().payload()).containsExactly(1, 2, 3);
    assertThat(store.reference(-1)).isEmpty();
  }

  @Test
  void whoPredictsIsWatchedAndTheNewestReferenceWithoutPredictions() {
    var later = new ModelVersion("load", "2.0.0");
    store.register(reference(LOAD, Optional.of(SERIES), 1), NOON);
    store.register(reference(later, Optional.of(SERIES), 1), NOON);
    store.register(reference(LOAD, Optional.empty(), 1), NOON);
    List<DriftStore.Due> due = store.takeDue(NOON, NOON.plusSeconds(3600), 10);
    assertThat(due).hasSize(3);
    for (DriftStore.Due each : due) {
      assertThat(store.watched(each, SomePredictions.ORIGIN, 10))
          .isEqualTo(each.version().equals(later) ? List.of(SERIES) : List.of());
    }
    new PostgresLedgerStore(database, 16)
        .record(
            List.of(
                SomePredictions.of(SERIES, SomePredictions.ORIGIN, 1, 2, 3),
                SomePredictions.of(SERIES, SomePredictions.ORIGIN.plusSeconds(3600), 20, 30)),
            NOON);
    for (DriftStore.Due each : due) {
      assertThat(store.watched(each, SomePredictions.ORIGIN, 10)).containsExactly(SERIES);
    }
    Instant to = SomePredictions.ORIGIN.plus(Duration.ofDays(1));
    assertThat(store.predicted(LOAD, SERIES, SomePredictions.ORIGIN, to))
        .extracting(DriftStore.Predicted::mean)
        .containsExactly(1.0, 20.0, 30.0);
    assertThat(store.predicted(later, SERIES, SomePredictions.ORIGIN, to)).isEmpty();
    assertThat(residuals.seriesAfter(0, 10)).hasSize(1);
  }

  @Test
  void theHistoryHasChangesAndOneADay() {
    Instant[] times = {
      NOON, NOON.plusSeconds(3600), NOON.plusSeconds(7200), NOON.plus(Duration.ofDays(1))
    };
    store.record(List.of(verdict("a", DriftLevel.NONE, times[0])));
    store.record(List.of(verdict("a", DriftLevel.NONE, times[1])));
    store.record(
        List.of(
            verdict("a", DriftLevel.STRONG, times[2]),
            verdict("b", DriftLevel.MODERATE, times[2])));
    store.record(List.of(verdict("a", DriftLevel.NONE, times[1]))); // older: changes nothing
    store.record(List.of(verdict("a", DriftLevel.STRONG, times[3])));
    store.record(List.of(verdict("a", DriftLevel.STRONG, times[3].plus(Duration.ofHours(3)))));

    var all =
        new DriftStore.Filter(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    var first = store.history(all, TimeSpan.ALWAYS, Optional.empty(), 2);
    var rest = store.history(all, TimeSpan.ALWAYS, first.next(), 2);
    assertThat(rest.next()).isEmpty();
    assertThat(first.items())
        .extracting(DriftVerdict::time)
        .containsExactly(times[3].plus(Duration.ofHours(3)), times[2]);
    assertThat(rest.items()).extracting(DriftVerdict::time).containsExactly(times[2], times[0]);
    assertThat(first.items().getFirst().wasserstein()).hasValue(1.5);
    var strong =
        new DriftStore.Filter(
            Optional.of("load"),
            Optional.of("1.0.0"),
            Optional.of(SERIES),
            Optional.of(DriftKind.INPUT),
            Optional.of(DriftLevel.STRONG));
    assertThat(
            store
                .history(strong, TimeSpan.between(times[2], times[3]), Optional.empty(), 9)
                .items())
        .hasSize(1);

    assertThat(
            store.newest(
                Optional.of("load"), Optional.empty(), Optional.empty(), DriftLevel.MODERATE))
        .extracting(DriftVerdict::input)
        .containsExactly("a", "b");
    assertThat(
            store.newest(
                Optional.of("other"), Optional.empty(), Optional.empty(), DriftLevel.UNKNOWN))
        .isEmpty();
    var page = store.newest(LOAD, Optional.empty(), Optional.empty(), 1);
    assertThat(page.items().getFirst().level()).isEqualTo(DriftLevel.STRONG);
    assertThat(store.newest(LOAD, Optional.empty(), page.next(), 1).items().getFirst().input())
        .isEqualTo("b");
  }

  @Test
  void ofTwoThatGoOnFromOneStateOneSucceeds() {
    new PostgresLedgerStore(database, 16)
        .record(List.of(SomePredictions.of(SERIES, SomePredictions.ORIGIN, 1)), NOON);
    long series = residuals.seriesAfter(0, 1).getFirst();
    var stream = new Stream(series, 1);
    long target = Times.toMicros(NOON);
    var begun =
        new Advance(
            new Checkpoint(stream, target, new double[] {1, 5}, 0),
            List.of(new Found(target, "adwin", 0, 1)),
            Optional.empty());
    residuals.save(List.of(begun));
    residuals.save(List.of(begun));
    Checkpoint read = residuals.checkpoints(List.of(series)).getFirst();
    assertThat(read.revision()).isEqualTo(1);
    assertThat(read.state()).containsExactly(1, 5);
    assertThat(read.targetMicros()).isEqualTo(target);

    var one =
        new Advance(
            new Checkpoint(stream, target + 1, new double[] {2}, 1), List.of(), Optional.empty());
    var other =
        new Advance(
            new Checkpoint(stream, target + 2, new double[] {3}, 1),
            List.of(new Found(target + 2, "adwin", 0, 1)),
            Optional.of(verdict(DriftVerdict.RESIDUAL, DriftLevel.STRONG, NOON)));
    residuals.save(List.of(one));
    residuals.save(List.of(other));
    assertThat(residuals.checkpoints(List.of(series)).getFirst().state()).containsExactly(2);
    assertThat(
            store.newest(
                Optional.of("load"), Optional.empty(), Optional.empty(), DriftLevel.UNKNOWN))
        .isEmpty();
  }
}
