package dev.tidewatch.monitor.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.monitor.health.HealthPart;
import dev.tidewatch.monitor.health.HealthScore;
import dev.tidewatch.monitor.health.HealthStore;
import dev.tidewatch.monitor.health.HealthStore.Subject;
import dev.tidewatch.monitor.health.PartKind;
import dev.tidewatch.monitor.health.SubjectKind;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.serverkit.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link HealthStore} must do; a subclass only says on which database. */
abstract class HealthStoreContract {
  private static final Instant BEGIN = Instant.parse("2026-01-30T00:00:00Z");
  private static final Subject LOAD = new Subject(SubjectKind.MODEL, "load");

  private TestDatabase test;
  private Database database;
  private HealthStore store;

  abstract TestDatabase newDatabase();

  @BeforeEach
  void open() {
    test = newDatabase();
    database = test.open("monitor");
    store = new PostgresHealthStore(database);
  }

  @AfterEach
  void close() {
    database.close();
    test.close();
  }

  private static HealthScore score(Subject subject, double score, Instant at) {
    return new HealthScore(
        subject.kind(),
        subject.name(),
        score,
        List.of(new HealthPart(PartKind.ACCURACY, score, 1, "because")),
        "",
        at);
  }

  private List<HealthScore> course() {
    return store.points(LOAD, BEGIN, BEGIN.plus(Duration.ofDays(100)), Duration.ofMinutes(1));
  }

  @Test
  void theCourseHasPointsWhereAScoreMovedAndEachHour() {
    double[] scores = {90, 90.5, 91.5, 91.5, 91.5};
    int[] minutes = {0, 10, 20, 30, 80};
    for (int i = 0; i < scores.length; i++) {
      Instant at = BEGIN.plus(Duration.ofMinutes(minutes[i]));
      store.record(List.of(score(LOAD, scores[i], at)), at, true);
    }
    assertThat(course())
        .containsExactly(
            score(LOAD, 90, BEGIN),
            score(LOAD, 91.5, BEGIN.plus(Duration.ofMinutes(20))),
            score(LOAD, 91.5, BEGIN.plus(Duration.ofMinutes(80))));
    assertThat(store.newest(SubjectKind.MODEL, "load"))
        .contains(score(LOAD, 91.5, BEGIN.plus(Duration.ofMinutes(80))));
  }

  @Test
  void oldPointsGoALittleAtATimeAndTheNewestScoresStay() {
    var other = new Subject(SubjectKind.DEVICE, "hq/ahu");
    for (int day = 0; day < 6; day++) {
      Instant at = BEGIN.plus(Duration.ofDays(day));
      store.record(List.of(score(LOAD, 50, at), score(other, 60, at)), at, true);
    }
    Instant before = BEGIN.plus(Duration.ofDays(4));
    assertThat(store.prune(before, 5)).isEqualTo(5);
    assertThat(store.prune(before, 5)).isEqualTo(3);
    assertThat(store.prune(before, 5)).isZero();
    assertThat(course()).extracting(HealthScore::time).allMatch(at -> !at.isBefore(before));
    assertThat(course()).hasSize(2);
    assertThat(store.prune(BEGIN.plus(Duration.ofDays(99)), 100)).isEqualTo(4);
    assertThat(store.newest(SubjectKind.MODEL, "load")).isPresent();
    assertThat(store.newest(SubjectKind.DEVICE, "hq/ahu")).isPresent();
  }

  @Test
  void oneReplicaMakesTheScoresAndGivesTheRoundBackIfItCannot() {
    Instant next = BEGIN.plusSeconds(120);
    assertThat(store.takeRound(BEGIN, next)).isTrue();
    assertThat(store.takeRound(BEGIN, next)).isFalse();
    store.giveRoundBack(BEGIN.plusSeconds(1), BEGIN.plusSeconds(99));
    assertThat(store.takeRound(BEGIN.plusSeconds(1), next))
        .as("it is somebody else's meanwhile")
        .isFalse();
    store.giveRoundBack(BEGIN.plusSeconds(1), next);
    assertThat(store.takeRound(BEGIN.plusSeconds(1), next.plusSeconds(1))).isTrue();
    assertThat(store.takeRound(next, next.plusSeconds(120))).isFalse();
    assertThat(store.takeRound(next.plusSeconds(1), next.plusSeconds(121))).isTrue();
  }
}
