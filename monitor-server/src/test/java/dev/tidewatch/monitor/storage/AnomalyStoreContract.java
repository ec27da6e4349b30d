package dev.tidewatch.monitor.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.tidewatch.monitor.FeedPosition;
import dev.tidewatch.monitor.ModelVersion;
import dev.tidewatch.monitor.Page;
import dev.tidewatch.monitor.TimeSpan;
import dev.tidewatch.monitor.anomaly.Anomaly;
import dev.tidewatch.monitor.anomaly.AnomalyAction;
import dev.tidewatch.monitor.anomaly.AnomalyChange;
import dev.tidewatch.monitor.anomaly.AnomalyFilter;
import dev.tidewatch.monitor.anomaly.AnomalyStatistics.Dimension;
import dev.tidewatch.monitor.anomaly.AnomalyStatistics.Group;
import dev.tidewatch.monitor.anomaly.AnomalyStatistics.Question;
import dev.tidewatch.monitor.anomaly.AnomalyStatus;
import dev.tidewatch.monitor.anomaly.AnomalyStore;
import dev.tidewatch.monitor.anomaly.AnomalyStore.AnomalyCursor;
import dev.tidewatch.monitor.anomaly.AnomalyStore.ChangedAnomaly;
import dev.tidewatch.monitor.anomaly.AnomalyStore.FalseAlarm;
import dev.tidewatch.monitor.anomaly.LoggedAnomaly;
import dev.tidewatch.monitor.anomaly.Severity;
import dev.tidewatch.monitor.anomaly.SuppressionWindow;
import dev.tidewatch.monitor.tuning.TuningKey;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.serverkit.errors.Aborted;
import dev.tidewatch.serverkit.errors.AlreadyExists;
import dev.tidewatch.serverkit.errors.FailedPrecondition;
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
                    Optional.empty(),
                    false),
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

  @Test
  void assignmentsAndCommentsAreKeptOnce() {
    Anomaly found = anomaly("hq/co2", 0, Severity.HIGH);
    store.report(List.of(found), NOON);
    UUID request = new UUID(4, 2);

    LoggedAnomaly given = store.assign(found.id(), Optional.of("1"), "ada", "bob", NOON);
    assertThat(given.assignee()).isEqualTo("bob");
    assertThat(store.assign(found.id(), Optional.of("1"), "ada", "bob", NOON)).isEqualTo(given);
    assertThatThrownBy(() -> store.assign(found.id(), Optional.of("1"), "ada", "eve", NOON))
        .isInstanceOf(Aborted.class);
    LoggedAnomaly commented = store.comment(found.id(), "bob", "a door", request, NOON);
    assertThat(commented.etag()).isEqualTo("3");
    assertThat(store.comment(found.id(), "bob", "a door", request, NOON)).isEqualTo(commented);
    assertThat(store.assign(found.id(), Optional.empty(), "bob", "", NOON).assignee()).isEmpty();

    assertThat(store.history(found.id(), 10))
        .extracting(AnomalyChange::action, AnomalyChange::comment, AnomalyChange::assignee)
        .containsExactly(
            tuple(AnomalyAction.REPORTED, "", ""),
            tuple(AnomalyAction.ASSIGNED, "", "bob"),
            tuple(AnomalyAction.COMMENTED, "a door", ""),
            tuple(AnomalyAction.ASSIGNED, "", ""));
    assertThatThrownBy(() -> store.comment(new UUID(1, 2), "ada", "?", request, NOON))
        .isInstanceOf(NotFound.class);
  }

  @Test
  void onlyFalseAlarmsFoundUnderTheNewestThresholdRaiseIt() {
    var tunings = new PostgresTuningStore(database, 16);
    var key = new TuningKey(new SeriesName("hq/co2"), new ModelVersion("zscore", "1.0.0"));
    Anomaly first = anomaly("hq/co2", 0, Severity.LOW);
    Anomaly second = anomaly("hq/co2", 1, Severity.LOW);
    store.report(List.of(first, second, anomaly("hq/temp", 1, Severity.LOW)), NOON);

    FalseAlarm marked = store.markFalseAlarm(first.id(), Optional.empty(), "ada", "a test", NOON);
    assertThat(marked.anomaly().status()).isEqualTo(AnomalyStatus.FALSE_ALARM);
    assertThat(marked.tuningRevision()).isEqualTo(1);
    assertThat(tunings.find(key).orElseThrow().thresholdFactor()).isEqualTo(1.25);
    assertThat(store.markFalseAlarm(first.id(), Optional.empty(), "bob", "", NOON))
        .isEqualTo(marked);
    // Found before the threshold rose: answered by that already.
    assertThat(
            store.markFalseAlarm(second.id(), Optional.empty(), "ada", "", NOON).tuningRevision())
        .isZero();
    Anomaly later = found(anomaly("hq/co2", 2, Severity.LOW), 1);
    store.report(List.of(later), NOON);
    assertThat(store.markFalseAlarm(later.id(), Optional.empty(), "ada", "", NOON).tuningRevision())
        .isEqualTo(2);
    assertThat(tunings.find(key).orElseThrow().thresholdFactor()).isEqualTo(1.5625);
    assertThat(tunings.revision()).isEqualTo(2);
    assertThatThrownBy(() -> store.acknowledge(first.id(), Optional.empty(), "ada", "", NOON))
        .isInstanceOfSatisfying(
            FailedPrecondition.class, e -> assertThat(e.reason()).isEqualTo("ANOMALY_CLOSED"));
  }

  private static Anomaly found(Anomaly anomaly, long tuningRevision) {
    return new Anomaly(
        anomaly.series(),
        anomaly.time(),
        anomaly.value(),
        anomaly.expected(),
        anomaly.lower(),
        anomaly.upper(),
        anomaly.score(),
        anomaly.severity(),
        anomaly.detector(),
        anomaly.detectorVersion(),
        anomaly.alias(),
        anomaly.kind(),
        anomaly.reason(),
        tuningRevision,
        anomaly.feedPosition(),
        anomaly.traceparent());
  }

  @Test
  void aMaintenanceWindowMarksWhatIsThereAndWhatComes() {
    var windows = new PostgresSuppressionStore(database);
    Anomaly before = anomaly("hq/co2", 0, Severity.HIGH);
    store.report(List.of(before, anomaly("shed/co2", 0, Severity.HIGH)), NOON);
    var window =
        new SuppressionWindow(
            new UUID(7, 7), "hq/*", NOON, NOON.plusSeconds(600), "filters", "ada", NOON);

    assertThat(windows.create(window)).isEqualTo(window);
    assertThat(windows.create(window)).isEqualTo(window);
    assertThatThrownBy(() ->
            windows.create(
                new SuppressionWindow(
                    window.id(), "*", window.from(), window.to(), "filters", "ada", NOON)))
        .isInstanceOfSatisfying(
            AlreadyExists.class, e -> assertThat(e.reason()).isEqualTo("REQUEST_REUSED"));
    store.report(
        List.of(anomaly("hq/temp", 9, Severity.HIGH), anomaly("hq/temp", 10, Severity.HIGH)), NOON);

    assertThat(listed(unsuppressed(), TimeSpan.ALWAYS))
        .extracting(logged -> logged.anomaly().series().value(), l -> l.anomaly().time())
        .containsExactlyInAnyOrder(
            tuple("shed/co2", NOON), tuple("hq/temp", NOON.plusSeconds(600)));
    assertThat(store.find(before.id()).orElseThrow().suppressionWindow()).contains(window.id());
    assertThat(
            windows
                .page(
                    TimeSpan.between(NOON.plusSeconds(599), NOON.plusSeconds(700)),
                    Optional.empty(),
                    10)
                .items())
        .containsExactly(window);
    assertThat(
            windows
                .page(
                    TimeSpan.between(NOON.plusSeconds(600), NOON.plusSeconds(700)),
                    Optional.empty(),
                    10)
                .items())
        .isEmpty();

    windows.remove(window.id(), "ada", NOON);
    assertThat(windows.page(TimeSpan.ALWAYS, Optional.empty(), 10).items()).isEmpty();
    assertThatThrownBy(() -> windows.remove(window.id(), "ada", NOON))
        .isInstanceOfSatisfying(
            NotFound.class, e -> assertThat(e.reason()).isEqualTo("SUPPRESSION_WINDOW_UNKNOWN"));
    Anomaly after = anomaly("hq/temp", 8, Severity.HIGH);
    store.report(List.of(after), NOON);
    assertThat(store.find(after.id()).orElseThrow().isSuppressed()).isFalse();
    assertThat(store.find(before.id()).orElseThrow().isSuppressed()).isTrue();
  }

  private static AnomalyFilter unsuppressed() {
    return new AnomalyFilter(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Set.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        false);
  }

  @Test
  void statisticsCountByWhatIsAsked() {
    var statistics = new PostgresAnomalyStatistics(database);
    var all = new ArrayList<Anomaly>();
    for (int hour = 0; hour < 30; hour++) {
      all.add(anomaly("hq/co2", 60 * hour, hour < 10 ? Severity.LOW : Severity.HIGH));
    }
    all.add(anomaly("hq/temp", 5, Severity.HIGH));
    store.report(all, NOON);
    store.markFalseAlarm(all.getFirst().id(), Optional.empty(), "ada", "", NOON);

    assertThat(groups(statistics, Set.of()))
        .singleElement()
        .satisfies(group -> {
          assertThat(group.anomalies()).isEqualTo(31);
          assertThat(group.falseAlarms()).isEqualTo(1);
          assertThat(group.perDay()).isEqualTo(15.5);
        });
    assertThat(groups(statistics, Set.of(Dimension.SERIES)))
        .extracting(group -> group.series().orElseThrow(), Group::anomalies)
        .containsExactly(tuple("hq/co2", 30L), tuple("hq/temp", 1L));
    assertThat(groups(statistics, Set.of(Dimension.SEVERITY, Dimension.STATUS)))
        .extracting(
            group -> group.severity().orElseThrow(),
            group -> group.status().orElseThrow(),
            Group::anomalies)
        .containsExactly(
            tuple(Severity.HIGH, AnomalyStatus.OPEN, 21L),
            tuple(Severity.LOW, AnomalyStatus.OPEN, 9L),
            tuple(Severity.LOW, AnomalyStatus.FALSE_ALARM, 1L));
    assertThat(groups(statistics, Set.of(Dimension.DAY, Dimension.DETECTOR)))
        .extracting(
            group -> group.start().orElseThrow(),
            group -> group.detector().orElseThrow(),
            Group::anomalies)
        .containsExactly(
            tuple(Instant.parse("2026-03-02T00:00:00Z"), new ModelVersion("zscore", "1.0.0"), 18L),
            tuple(Instant.parse("2026-03-01T00:00:00Z"), new ModelVersion("zscore", "1.0.0"), 13L));
    assertThat(groups(statistics, Set.of(Dimension.HOUR))).hasSize(30);
    assertThat(
            statistics.answer(
                new Question(
                    AnomalyFilter.ALL,
                    NOON,
                    NOON.plusSeconds(172_800),
                    Set.of(Dimension.HOUR),
                    28,
                    1)))
        .hasSize(2);
  }

  private static List<Group> groups(PostgresAnomalyStatistics statistics, Set<Dimension> by) {
    return statistics.answer(
        new Question(AnomalyFilter.ALL, NOON, NOON.plusSeconds(172_800), by, 0, 100));
  }
}
