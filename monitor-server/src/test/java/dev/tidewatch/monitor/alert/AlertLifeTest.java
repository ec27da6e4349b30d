package dev.tidewatch.monitor.alert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.monitor.alert.AlertLife.Closed;
import dev.tidewatch.monitor.alert.AlertLife.Move;
import dev.tidewatch.monitor.alert.AlertLife.Past;
import dev.tidewatch.monitor.alert.AlertLife.Step;
import dev.tidewatch.monitor.alert.Finding.Outcome;
import dev.tidewatch.monitor.anomaly.Severity;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What becomes of an alert as its condition comes and goes. */
class AlertLifeTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final AlertLabels LABELS = AlertLabels.ofSeries("hq/co2", "hq");

  private final AlertLife life = new AlertLife(AlertTrace.NONE);

  private static AlertRule rule(Duration hold, Duration resolveAfter, Duration coolDown) {
    return new AlertRule(
        "quiet",
        SeriesPattern.ALL,
        "",
        new Condition.Staleness(Duration.ofMinutes(10)),
        Severity.HIGH,
        hold,
        resolveAfter,
        coolDown,
        0,
        List.of(),
        List.of(),
        "look at it",
        false,
        1);
  }

  private static Finding finding(Instant at) {
    return Finding.holds(LABELS, "silent at " + at, Map.of("x", 1.0), at);
  }

  private static Past nothing() {
    return new Past(Optional.empty(), Optional.empty(), 0);
  }

  private static Past open(Step step) {
    return new Past(Optional.of(step.alert()), Optional.empty(), 0);
  }

  private static Instant minute(int minute) {
    return NOON.plus(Duration.ofMinutes(minute));
  }

  @Test
  void withoutAHoldItFiresAtOnceAndEndsAtOnce() {
    AlertRule rule = rule(Duration.ZERO, Duration.ZERO, Duration.ZERO);

    Step fired = life.holds(rule, nothing(), finding(NOON), NOON).orElseThrow();

    assertThat(fired.moves())
        .containsExactly(
            new Move(Optional.empty(), AlertState.FIRING, NOON, "", "silent at " + NOON));
    assertThat(fired.alert().advice()).isEqualTo("look at it");
    assertThat(fired.alert().firingSince()).contains(NOON);
    assertThat(life.holds(rule, open(fired), finding(minute(1)), minute(1))).isEmpty();
    Step ended = life.over(rule, open(fired), minute(2)).orElseThrow();
    assertThat(ended.alert().state()).isEqualTo(AlertState.RESOLVED);
    assertThat(ended.alert().resolvedAt()).contains(minute(2));
    assertThat(ended.alert().etag()).isNotEqualTo(fired.alert().etag());
  }

  @Test
  void aConditionThatDoesNotHoldForLongEnoughNeverFires() {
    AlertRule rule = rule(Duration.ofMinutes(5), Duration.ZERO, Duration.ZERO);
    Step pending = life.holds(rule, nothing(), finding(NOON), NOON).orElseThrow();
    assertThat(pending.alert().state()).isEqualTo(AlertState.PENDING);
    assertThat(life.holds(rule, open(pending), finding(minute(4)), minute(4))).isEmpty();
    assertThat(life.over(rule, open(pending), minute(4)).orElseThrow().alert().firingSince())
        .isEmpty();

    Step fired = life.holds(rule, open(pending), finding(minute(5)), minute(5)).orElseThrow();
    assertThat(fired.moves()).extracting(Move::to).containsExactly(AlertState.FIRING);
    assertThat(fired.alert().summary()).isEqualTo("silent at " + minute(5));
    assertThat(fired.alert().pendingSince()).isEqualTo(NOON);
  }

  @Test
  void itEndsOnlyAfterTheConditionIsOverForLongEnoughAndCountsHowOftenItCame() {
    AlertRule rule = rule(Duration.ZERO, Duration.ofMinutes(5), Duration.ZERO);
    Step fired = life.holds(rule, nothing(), finding(NOON), NOON).orElseThrow();
    Step quiet = life.over(rule, open(fired), minute(1)).orElseThrow();
    assertThat(quiet.moves()).isEmpty();
    assertThat(life.over(rule, open(quiet), minute(5))).isEmpty();

    Step again = life.holds(rule, open(quiet), finding(minute(5)), minute(5)).orElseThrow();
    assertThat(again.moves()).isEmpty();
    assertThat(again.alert().occurrences()).isEqualTo(2);
    Step over = life.over(rule, open(again), minute(7)).orElseThrow();
    assertThat(life.over(rule, open(over), minute(11))).isEmpty();
    assertThat(life.over(rule, open(over), minute(12)).orElseThrow().alert().state())
        .isEqualTo(AlertState.RESOLVED);
  }

  @Test
  void anAcknowledgedAlertEndsLikeAnother() {
    AlertRule rule = rule(Duration.ZERO, Duration.ZERO, Duration.ZERO);
    Step fired = life.holds(rule, nothing(), finding(NOON), NOON).orElseThrow();
    Step seen = AlertLife.acknowledged(fired.alert(), fired.dueAt(), minute(1), "ada", "mine");
    assertThat(seen.alert().actor()).isEqualTo("ada");
    assertThat(life.holds(rule, open(seen), finding(minute(2)), minute(2))).isEmpty();
    Step ended = life.over(rule, open(seen), minute(3)).orElseThrow();
    assertThat(ended.moves().getFirst().from()).contains(AlertState.ACKNOWLEDGED);
    assertThat(ended.alert().actor()).isEqualTo("ada");
  }

  @Test
  void nothingBeginsDuringTheCoolDown() {
    AlertRule rule = rule(Duration.ZERO, Duration.ZERO, Duration.ofMinutes(10));
    var closed = Optional.of(new Closed(new UUID(1, 2), NOON));
    assertThat(
            life.holds(rule, new Past(Optional.empty(), closed, 2), finding(minute(9)), minute(9)))
        .isEmpty();
    Step later =
        life.holds(rule, new Past(Optional.empty(), closed, 2), finding(minute(10)), minute(10))
            .orElseThrow();
    assertThat(later.alert().state()).isEqualTo(AlertState.FIRING);
  }

  @Test
  void whatChangesTooOftenIsHeldFiringUntilTheHourIsCalm() {
    AlertRule rule = rule(Duration.ZERO, Duration.ZERO, Duration.ZERO);
    Step fired = life.holds(rule, nothing(), finding(NOON), NOON).orElseThrow();
    var busy = new Past(Optional.of(fired.alert()), Optional.empty(), 6);

    Step held = life.over(rule, busy, minute(1)).orElseThrow();
    assertThat(held.moves()).isEmpty();
    assertThat(held.alert().flapping()).isTrue();
    assertThat(held.alert().state()).isEqualTo(AlertState.FIRING);
    var calm = new Past(Optional.of(held.alert()), Optional.empty(), 5);
    Step ended = life.over(rule, calm, minute(40)).orElseThrow();
    assertThat(ended.alert().state()).isEqualTo(AlertState.RESOLVED);
    assertThat(ended.alert().flapping()).isFalse();
  }

  @Test
  void anAnomalyHoldsForAWhileAndOthersProlongIt() {
    AlertRule rule = rule(Duration.ZERO, Duration.ofMinutes(2), Duration.ZERO);
    Step fired = life.holds(rule, nothing(), anomaly(NOON, 1), NOON).orElseThrow();
    assertThat(fired.dueAt()).contains(minute(7));
    Step more = life.holds(rule, open(fired), anomaly(minute(3), 2), minute(3)).orElseThrow();
    assertThat(more.moves()).isEmpty();
    assertThat(more.alert().occurrences()).isEqualTo(2);
    assertThat(more.alert().anomalyIds()).containsExactly(new UUID(0, 1), new UUID(0, 2));
    assertThat(more.dueAt()).contains(minute(10));

    assertThat(life.timePassed(rule, open(more), minute(7)).orElseThrow().moves()).isEmpty();
    Step ended = life.timePassed(rule, open(more), minute(10)).orElseThrow();
    assertThat(ended.alert().state()).isEqualTo(AlertState.RESOLVED);
    assertThat(ended.dueAt()).isEmpty();
  }

  @Test
  void timeFiresAPendingAnomalyThatHoldsLongEnoughAndEndsOneThatDoesNot() {
    AlertRule patient = rule(Duration.ofMinutes(4), Duration.ZERO, Duration.ZERO);
    Step pending = life.holds(patient, nothing(), anomaly(NOON, 1), NOON).orElseThrow();
    assertThat(pending.dueAt()).contains(minute(4));
    assertThat(life.timePassed(patient, open(pending), minute(4)).orElseThrow().alert().state())
        .isEqualTo(AlertState.FIRING);

    AlertRule slow = rule(Duration.ofMinutes(8), Duration.ZERO, Duration.ZERO);
    Step waits = life.holds(slow, nothing(), anomaly(NOON, 1), NOON).orElseThrow();
    assertThat(waits.dueAt()).contains(minute(5));
    assertThat(life.timePassed(slow, open(waits), minute(5)).orElseThrow().alert().state())
        .isEqualTo(AlertState.RESOLVED);
  }

  @Test
  void onlyTheNewestHundredAnomaliesAreNamed() {
    AlertRule rule = rule(Duration.ZERO, Duration.ZERO, Duration.ZERO);
    Step step = life.holds(rule, nothing(), anomaly(NOON, 1), NOON).orElseThrow();
    for (int i = 2; i <= 150; i++) {
      step = life.holds(rule, open(step), anomaly(NOON, i), NOON).orElseThrow();
    }
    assertThat(step.alert().occurrences()).isEqualTo(150);
    assertThat(step.alert().anomalyIds()).hasSize(100).endsWith(new UUID(0, 150));
  }

  private static Finding anomaly(Instant at, int number) {
    return new Finding(
        LABELS,
        Outcome.HOLDS,
        "odd",
        Map.of(),
        "",
        at,
        Optional.of(at.plus(Duration.ofMinutes(5))),
        List.of(new UUID(0, number)));
  }
}
