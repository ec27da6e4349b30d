package dev.tidewatch.standalone.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class FaultJudgeTest {
  private static final Instant ONSET = Instant.parse("2026-03-03T10:00:00Z");
  private static final BuildingPoint ROOM = BuildingPoint.ROOM_101_TEMPERATURE;

  private final FaultJudge judge =
      new FaultJudge(
          new FaultPlan(
              List.of(
                  fault(ROOM, FaultKind.LEVEL_SHIFT, ONSET, 4),
                  fault(BuildingPoint.FAN_SPEED, FaultKind.DRIFT, ONSET, 30))));

  private static PlantedFault fault(
      BuildingPoint point, FaultKind kind, Instant onset, double size) {
    return new PlantedFault(point, kind, onset, onset.plus(Duration.ofHours(8)), size);
  }

  private static ListedAnomaly listed(BuildingPoint point, String reading, String seen) {
    return new ListedAnomaly(
        point + reading,
        point.series(),
        ONSET.plus(Duration.parse(reading)),
        ONSET.plus(Duration.parse(seen)));
  }

  @Test
  void foundMeansListedWithinTheHour() {
    assertThat(judge.judge(List.of(listed(ROOM, "PT0S", "PT1H"))).found()).isEqualTo(1);
    assertThat(judge.judge(List.of(listed(ROOM, "PT0S", "PT1H1S"))).found()).isZero();
    assertThat(judge.judge(List.of(listed(ROOM, "PT-5M", "PT5M"))).found()).isZero();
  }

  @Test
  void aDriftHasADay() {
    var late = listed(BuildingPoint.FAN_SPEED, "PT7H", "PT23H");
    var verdict = judge.judge(List.of(late));
    assertThat(verdict.found()).isEqualTo(1);
    assertThat(verdict.foundByKind()).containsEntry(FaultKind.DRIFT, 1);
    assertThat(verdict.missed()).singleElement().asString().contains(ROOM.series());
  }

  @Test
  void theHoursAfterTheRepairAreExplained() {
    assertThat(judge.judge(List.of(listed(ROOM, "PT13H59M", "PT14H"))).falseAlarms()).isZero();
    assertThat(judge.judge(List.of(listed(ROOM, "PT14H", "PT14H"))).falseAlarms()).isEqualTo(1);
  }

  @Test
  void anotherSeriesFaultExplainsNothing() {
    var verdict = judge.judge(List.of(listed(BuildingPoint.ROOM_102_TEMPERATURE, "PT1M", "PT2M")));
    assertThat(verdict.found()).isZero();
    assertThat(verdict.falseAlarms()).isEqualTo(1);
  }

  @Test
  void aRunOfAnomaliesIsOneFalseAlarm() {
    var point = BuildingPoint.HEAT_POWER;
    var verdict =
        judge.judge(
            List.of(
                listed(point, "PT0M", "PT1M"),
                listed(point, "PT45M", "PT46M"),
                listed(point, "PT1H40M", "PT1H41M"),
                listed(point, "PT4H", "PT4H1M")));
    assertThat(verdict.falseAlarms()).isEqualTo(2);
    assertThat(verdict.planted()).isEqualTo(2);
  }
}
