package dev.tidewatch.standalone.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class BuildingGeneratorTest {
  private static final Instant START = Instant.parse("2025-12-01T23:00:00Z");
  private static final Instant LIVE = START.plus(Duration.ofDays(90));
  private static final Instant END = LIVE.plus(Duration.ofDays(7));
  private static final Duration STEP = Duration.ofMinutes(5);
  private static final int STEPS_OF_A_WEEK = 7 * 24 * 12;

  private static BuildingGenerator generator(long seed) {
    return new BuildingGenerator(seed, START, LIVE, END, STEP);
  }

  private static FaultPlan plan(long seed) {
    return FaultPlan.place(
        LIVE, END, STEP, RandomGeneratorFactory.of("L64X128MixRandom").create(seed));
  }

  private static List<BuildingSample> samples(BuildingGenerator generator, Instant end) {
    var samples = new ArrayList<BuildingSample>();
    while (generator.nextTime().isBefore(end)) {
      samples.add(generator.next());
    }
    return samples;
  }

  @Test
  void theSeedDecidesEveryReading() {
    var first = samples(generator(7), START.plus(Duration.ofDays(3)));
    var again = samples(generator(7), START.plus(Duration.ofDays(3)));
    var other = samples(generator(8), START.plus(Duration.ofDays(3)));
    for (int i = 0; i < first.size(); i++) {
      assertThat(again.get(i).values()).isEqualTo(first.get(i).values());
      assertThat(again.get(i).time()).isEqualTo(START.plus(STEP.multipliedBy(i)));
    }
    assertThat(other.getLast().values()).isNotEqualTo(first.getLast().values());
  }

  @Test
  void everyReadingIsOnItsSensorsScale() {
    for (var sample : samples(generator(3), END)) {
      for (var point : BuildingPoint.values()) {
        double value = sample.value(point);
        assertThat(point.report(value)).as("%s at %s", point, sample.time()).isEqualTo(value);
      }
    }
  }

  @Test
  void theMeterFollowsTheWeekButNotToTheDigit() {
    var samples = samples(generator(11), LIVE);
    double missed = 0;
    double whole = 0;
    for (int i = STEPS_OF_A_WEEK; i < samples.size(); i++) {
      double now = samples.get(i).value(BuildingPoint.ELECTRIC_POWER);
      double lastWeek = samples.get(i - STEPS_OF_A_WEEK).value(BuildingPoint.ELECTRIC_POWER);
      missed += Math.abs(now - lastWeek);
      whole += now;
    }
    assertThat(missed / whole).isBetween(0.03, 0.12);
    var nights = meanAtHours(samples, 0, 4);
    var noons = meanAtHours(samples, 9, 15);
    assertThat(noons.applyAsDouble(BuildingPoint.ELECTRIC_POWER))
        .isGreaterThan(2 * nights.applyAsDouble(BuildingPoint.ELECTRIC_POWER));
    assertThat(noons.applyAsDouble(BuildingPoint.ROOM_101_CO2)).isGreaterThan(550);
    assertThat(nights.applyAsDouble(BuildingPoint.ROOM_101_CO2)).isCloseTo(430, within(30.0));
  }

  private static ToDoubleFunction<BuildingPoint> meanAtHours(
      List<BuildingSample> samples, int from, int to) {
    var chosen =
        samples.stream()
            .filter(sample -> {
              int hour = sample.time().atZone(BuildingGenerator.ZONE).getHour();
              return hour >= from && hour < to;
            })
            .toList();
    return point ->
        chosen.stream().mapToDouble(sample -> sample.value(point)).average().orElseThrow();
  }

  @Test
  void anySeedPlantsFaultsOfFourKindsInTheLivePartOnly() {
    for (long seed = 0; seed < 300; seed++) {
      var faults = plan(seed).faults();
      assertThat(faults).as("seed %d", seed).hasSizeBetween(12, 16);
      var kinds = new EnumMap<FaultKind, Integer>(FaultKind.class);
      for (var fault : faults) {
        kinds.merge(fault.kind(), 1, Integer::sum);
        assertThat(fault.onset()).as("seed %d", seed).isAfter(LIVE);
        assertThat(fault.onset().plus(fault.kind().findWithin())).isBefore(END);
      }
      assertThat(kinds.values()).as("seed %d", seed).hasSize(4).allMatch(count -> count >= 3);
      for (var one : faults) {
        for (var other : faults) {
          if (!one.equals(other)
              && one.point() == other.point()
              && !one.onset().isAfter(other.onset())) {
            assertThat(other.onset()).isAfterOrEqualTo(one.end().plus(FaultPlan.QUIET_BETWEEN));
          }
        }
      }
    }
  }

  @Test
  void eachKindShowsInTheReadingsAndEndsAgain() {
    var point = BuildingPoint.ROOM_101_TEMPERATURE;
    var onset = LIVE.plus(Duration.ofHours(20));
    var end = onset.plus(Duration.ofHours(10));
    for (var kind : FaultKind.values()) {
      double size = kind == FaultKind.STUCK ? 0 : 4;
      var fault = new PlantedFault(point, kind, onset, end, size);
      assertThat(fault.isActive(onset.minusNanos(1))).isFalse();
      assertThat(fault.isActive(onset)).isTrue();
      assertThat(fault.isActive(end)).isFalse();
      var half = onset.plus(Duration.ofHours(5));
      double expected =
          switch (kind) {
            case STUCK -> 19.5;
            case DRIFT -> 23;
            case SPIKE, LEVEL_SHIFT -> 25;
          };
      assertThat(fault.report(half, 21, 19.5)).as("%s", kind).isEqualTo(expected);
    }
  }

  @Test
  void faultsChangeTheReadingsOfTheirOwnPointOnly() {
    long seed = 5;
    var whole = samples(generator(seed), END);
    var later = new BuildingGenerator(seed, START, END, END.plus(Duration.ofDays(7)), STEP);
    var clean = samples(later, END);
    var judge = generator(seed).judge();
    int changed = 0;
    for (int i = 0; i < whole.size(); i++) {
      for (var point : BuildingPoint.values()) {
        if (whole.get(i).value(point) != clean.get(i).value(point)) {
          changed++;
          assertThat(point.canFail()).isTrue();
          assertThat(judge.explains(point.series(), whole.get(i).time())).isTrue();
        }
      }
    }
    assertThat(changed).isGreaterThan(500);
  }
}
