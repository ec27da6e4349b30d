package dev.tidewatch.monitor.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.tidewatch.monitor.anomaly.Severity;
import dev.tidewatch.monitor.health.HealthPart;
import dev.tidewatch.monitor.health.HealthScore;
import dev.tidewatch.monitor.health.HealthStore;
import dev.tidewatch.monitor.health.PartKind;
import dev.tidewatch.monitor.health.SubjectKind;
import dev.tidewatch.monitor.storage.PostgresHealthStore;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.serverkit.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Rules about health, on the scores of a database. */
class HealthEvaluatorTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  private final TestDatabase test = TestDatabase.plain("monitor", "db/migration/monitor");
  private final Database database = test.open("monitor");
  private final HealthStore store = new PostgresHealthStore(database);
  private final HealthEvaluator evaluator = new HealthEvaluator(store, DeviceNames.BY_NAME);

  @AfterEach
  void close() {
    database.close();
    test.close();
  }

  private static HealthScore score(SubjectKind kind, String subject, double score) {
    var parts =
        List.of(
            new HealthPart(PartKind.COMMUNICATION, score, 0.25, "It reads each minute."),
            new HealthPart(PartKind.ANOMALIES, score, 0.75, "5 anomalies were found."));
    return new HealthScore(kind, subject, score, parts, score < 80 ? "Look at it." : "", NOON);
  }

  private void record(HealthScore... scores) {
    store.record(List.of(scores), NOON, true);
  }

  private static AlertRule rule(String pattern, String model, double limit) {
    return new AlertRule(
        "health",
        new SeriesPattern(pattern),
        model,
        new Condition.Health(limit),
        Severity.HIGH,
        Duration.ZERO,
        Duration.ZERO,
        Duration.ZERO,
        0,
        List.of(),
        List.of(),
        "",
        false,
        1);
  }

  private List<AlertLabels> found(String pattern, String model, double limit) {
    return evaluator.evaluate(rule(pattern, model, limit), NOON).stream()
        .map(Finding::labels)
        .toList();
  }

  private static AlertLabels series(String name, String device) {
    return AlertLabels.ofSeries(name, device);
  }

  private static AlertLabels model(String name) {
    return new AlertLabels("", name, "", "", "");
  }

  private static AlertLabels device(String name) {
    return new AlertLabels("", "", "", name, "");
  }

  private void recordAPlant() {
    record(
        score(SubjectKind.SERIES, "hq/ahu-1/supply", 20),
        score(SubjectKind.SERIES, "hq/ahu-1/supply-air", 30),
        score(SubjectKind.SERIES, "hq/ahu-2/supply", 40),
        score(SubjectKind.SERIES, "annex/co2", 50),
        score(SubjectKind.SERIES, "annex/noise", 60),
        score(SubjectKind.DEVICE, "hq/ahu-1", 25),
        score(SubjectKind.MODEL, "load", 45),
        score(SubjectKind.MODEL, "load-2", 46),
        score(SubjectKind.MODEL, "hq/model", 47));
  }

  @Test
  void aRuleWithoutModelAndPatternIsAboutWhateverScoresBelowTheLimit() {
    recordAPlant();
    assertThat(found("", "", 46))
        .containsExactlyInAnyOrder(
            series("hq/ahu-1/supply", "hq/ahu-1"),
            series("hq/ahu-1/supply-air", "hq/ahu-1"),
            series("hq/ahu-2/supply", "hq/ahu-2"),
            device("hq/ahu-1"),
            model("load"));
    assertThat(found("", "", 20)).as("at the limit is not below it").isEmpty();
  }

  @Test
  void aPatternIsAboutItsSeriesAlone() {
    recordAPlant();
    assertThat(found("hq/*", "", 100))
        .containsExactlyInAnyOrder(
            series("hq/ahu-1/supply", "hq/ahu-1"),
            series("hq/ahu-1/supply-air", "hq/ahu-1"),
            series("hq/ahu-2/supply", "hq/ahu-2"));
    assertThat(found("hq/ahu-1/supply", "", 100))
        .containsExactly(series("hq/ahu-1/supply", "hq/ahu-1"));
    assertThat(found("*", "", 51)).hasSize(4).allMatch(labels -> !labels.series().isEmpty());
  }

  @Test
  void aRuleThatNamesAModelIsAboutThatModelWhateverItsPattern() {
    recordAPlant();
    assertThat(found("", "load", 100)).containsExactly(model("load"));
    assertThat(found("hq/*", "load", 100)).containsExactly(model("load"));
    assertThat(found("", "none", 100)).isEmpty();
  }

  @Test
  void aFindingSaysHowMuchOfWhatAndWhatToDo() {
    record(
        new HealthScore(
            SubjectKind.SERIES,
            "annex/co2",
            32.46,
            List.of(
                new HealthPart(PartKind.COMMUNICATION, 50, 0.25, "Its newest reading is 4 h old."),
                new HealthPart(PartKind.ANOMALIES, 26.61, 0.75, "9 anomalies were found.")),
            "Look at the anomalies.",
            NOON));
    Finding finding = evaluator.evaluate(rule("", "", 70), NOON.plusSeconds(9)).getFirst();
    assertThat(finding.outcome()).isEqualTo(Finding.Outcome.HOLDS);
    assertThat(finding.summary())
        .isEqualTo(
            "Health of series annex/co2 is 32.46, below 70. 9 anomalies were found. Look at the anomalies.");
    assertThat(finding.figures())
        .containsExactly(
            entry("health", 32.46),
            entry("limit", 70.0),
            entry("communication", 50.0),
            entry("anomalies", 26.61));
    assertThat(finding.at()).isEqualTo(NOON.plusSeconds(9));
  }

  @Test
  void everyPageIsLookedAt() {
    var scores = new ArrayList<HealthScore>();
    for (int i = 0; i < 1_001; i++) {
      scores.add(score(SubjectKind.SERIES, "hq/s" + i, 10));
    }
    store.record(scores, NOON, true);
    assertThat(found("hq/*", "", 50)).hasSize(1_001).doesNotHaveDuplicates();
  }

  @Test
  void whoIsWellAgainOrGoneIsNotNamed() {
    record(score(SubjectKind.MODEL, "load", 45), score(SubjectKind.MODEL, "gone", 45));
    assertThat(found("", "", 50)).hasSize(2);
    store.record(
        List.of(score(SubjectKind.MODEL, "load", 95)), NOON.plus(Duration.ofMinutes(2)), true);
    assertThat(found("", "", 50)).isEmpty();
  }
}
