package dev.tidewatch.monitor.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidewatch.monitor.FeedPosition;
import dev.tidewatch.monitor.Page;
import dev.tidewatch.monitor.TimeSpan;
import dev.tidewatch.monitor.anomaly.Anomaly;
import dev.tidewatch.monitor.anomaly.AnomalyAction;
import dev.tidewatch.monitor.anomaly.AnomalyChange;
import dev.tidewatch.monitor.anomaly.AnomalyFilter;
import dev.tidewatch.monitor.anomaly.AnomalyStatus;
import dev.tidewatch.monitor.anomaly.AnomalyStore;
import dev.tidewatch.monitor.anomaly.AnomalyStore.AnomalyCursor;
import dev.tidewatch.monitor.anomaly.AnomalyStore.ChangedAnomaly;
import dev.tidewatch.monitor.anomaly.LoggedAnomaly;
import dev.tidewatch.monitor.anomaly.Severity;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.serverkit.errors.Aborted;
import dev.tidewatch.serverkit.errors.NotFound;
import dev.tidewatch.serverkit.testing.TestDatabase;
import dev.tidewatch.timeseries.SeriesName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link AnomalyStore} must do; a subclass only says on which database. */
abstract class AnomalyStoreContract {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  private TestDatabase test;
  private Database database;
  private AnomalyStore store;

  abstract TestDatabase newDatabase();

  @BeforeEach
  void open() {
    test = newDatabase();
    database = test.open("monitor");
    store = new PostgresAnomalyStore(database, 16);
  }

  @AfterEach
  void close() {
    database.close();
    test.close();
  }

  static Anomaly anomaly(String series, int minute, Severity severity) {
    return new Anomaly(
        new SeriesName(series),
        NOON.plusSeconds(60L * minute),
        42.5,
        OptionalDouble.of(20),
        OptionalDouble.of(15),
        OptionalDouble.empty(),
        4.25,
        severity,
        "zscore",
        "1.0.0",
        "champion",
        "point",
        "42.5 is 4.25 standard deviations above 20",
        0,
        new FeedPosition(7, 12),
        "");
  }

  @Test
  void aReportIsKeptOnceAsItWas() {
    Anomaly found = anomaly("hq/co2", 0, Severity.MEDIUM);

    assertThat(store.report(List.of(found, found), NOON)).containsExactly(found.id());
    assertThat(store.report(List.of(found), NOON.plusSeconds(9))).isEmpty();

    LoggedAnomaly logged = store.find(found.id()).orElseThrow();
    assertThat(logged.anomaly()).isEqualTo(found);
    assertThat(logged.reportedAt()).isEqualTo(NOON);
    assertThat(logged.status()).isEqualTo(AnomalyStatus.OPEN);
    assertThat(store.history(found.id(), 10))
        .extracting(AnomalyChange::action)
        .containsExactly(AnomalyAction.REPORTED);
    assertThat(store.head().position()).isEqualTo(1);
    assertThat(store.find(new UUID(0, 0))).isEmpty();
  }

  @Test
  void pagesAreNewestFirstAndFiltersMustAllMatch() {
    var all = new ArrayList<Anomaly>();
    for (int i = 0; i < 5; i++) {
      all.add(anomaly("hq/co2", i, i < 3 ? Severity.LOW : Severity.CRITICAL));
      all.add(anomaly("hq/temp", i, Severity.HIGH));
    }
    store.report(all, NOON);

    List<Instant> seen = new ArrayList<>();
    Optional<AnomalyCursor> after = Optional.empty();
    do {
      Page<LoggedAnomaly, AnomalyCursor> page =
          store.page(AnomalyFilter.ALL, TimeSpan.ALWAYS, after, 3);
      page.items().forEach(logged -> seen.add(logged.anomaly().time()));
      after = page.next();
    } while (after.isPresent());
    assertThat(seen).hasSize(10).isSortedAccordingTo((a, b) -> b.compareTo(a));

    assertThat(
            listed(
                new AnomalyFilter(
                    Optional.of("hq/co2"),
                    Optional.of("hq/"),
                    Optional.of(Severity.MEDIUM),
                    Set.of(AnomalyStatus.OPEN),
                    Optional.of("zscore"),
                    Optional.of("1.0.0"),
                    Optional.empty()),
                TimeSpan.ALWAYS))
        .hasSize(2)
        .allMatch(l -> l.anomaly().severity() == Severity.CRITICAL);
    assertThat(
            listed(
                AnomalyFilter.ALL, TimeSpan.between(NOON.plusSeconds(60), NOON.plusSeconds(120))))
        .hasSize(2);
  }

  private List<LoggedAnomaly> listed(AnomalyFilter filter, TimeSpan span) {
    return store.page(filter, span, Optional.empty(), 100).items();
  }

  @Test
  void anAcknowledgementNeedsTheCurrentEtagIfItGivesOne() {
    Anomaly found = anomaly("hq/co2", 0, Severity.HIGH);
    store.report(List.of(found), NOON);
    String etag = store.find(found.id()).orElseThrow().etag();

    LoggedAnomaly done =
        store.acknowledge(found.id(), Optional.of(etag), "ada", "looking", NOON.plusSeconds(5));

    assertThat(done.status()).isEqualTo(AnomalyStatus.ACKNOWLEDGED);
    assertThat(done.actor()).isEqualTo("ada");
    assertThat(done.etag()).isNotEqualTo(etag);
    assertThat(store.find(found.id())).contains(done);
    // A lost reply: the same again changes nothing, even with the etag of then.
    assertThat(store.acknowledge(found.id(), Optional.of(etag), "ada", "looking", NOON))
        .isEqualTo(done);
    assertThatThrownBy(() -> store.acknowledge(found.id(), Optional.of(etag), "bob", "", NOON))
        .isInstanceOfSatisfying(Aborted.class, e -> assertThat(e.reason()).isEqualTo("ETAG_STALE"));
    assertThat(store.acknowledge(found.id(), Optional.empty(), "bob", "", NOON).actor())
        .isEqualTo("bob");
    assertThatThrownBy(() -> store.acknowledge(new UUID(1, 2), Optional.empty(), "ada", "", NOON))
        .isInstanceOfSatisfying(
            NotFound.class, e -> assertThat(e.reason()).isEqualTo("ANOMALY_UNKNOWN"));
    assertThat(store.history(found.id(), 10))
        .extracting(AnomalyChange::comment)
        .containsExactly("", "looking", "");
  }

  @Test
  void concurrentChangesHaveGaplessPositions() throws Exception {
    try (var pool = Executors.newFixedThreadPool(4)) {
      List<Callable<Object>> writers = new ArrayList<>();
      for (int w = 0; w < 4; w++) {
        int writer = w;
        writers.add(() -> {
          for (int i = 0; i < 25; i++) {
            // Each anomaly is reported by two writers.
            store.report(List.of(anomaly("s/" + writer / 2, i, Severity.LOW)), NOON);
          }
          return writer;
        });
      }
      for (var done : pool.invokeAll(writers)) {
        done.get();
      }
    }
    List<ChangedAnomaly> changes = store.changesAfter(0, 1000);
    assertThat(changes).hasSize(50);
    for (int i = 0; i < changes.size(); i++) {
      assertThat(changes.get(i).change().position()).isEqualTo(i + 1);
    }
    assertThat(changes).extracting(c -> c.change().anomalyId()).doesNotHaveDuplicates();
    assertThat(store.head().position()).isEqualTo(50);
    assertThat(store.changesAfter(48, 10)).hasSize(2);
    assertThat(store.changesAfter(10, 7)).hasSize(7);
  }
}
