package dev.tidewatch.timeseries.energy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.Times;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EnergyIntegralTest {
  private static final long HOUR = Times.MICROS_PER_HOUR;
  private static final long MINUTE = Times.MICROS_PER_MINUTE;
  private static final Grid HOURS = Grid.ofStep(Duration.ofHours(1));
  private static final EnergyUnit KILOWATTS = EnergyUnit.parse("kW").orElseThrow();
  private static final EnergyUnit KILOWATT_HOURS = EnergyUnit.parse("kW.h").orElseThrow();

  private record Interval(long start, long width, double kwh, long counted, long covered) {}

  private static List<Interval> integrate(
      EnergyUnit unit, Grid grid, long from, long to, long gap, double... timesAndValues) {
    var intervals = new ArrayList<Interval>();
    var integral =
        new EnergyIntegral(
            unit,
            grid,
            from,
            to,
            gap,
            (start, width, kwh, counted, covered) ->
                intervals.add(new Interval(start, width, kwh, counted, covered)));
    for (int i = 0; i < timesAndValues.length; i += 2) {
      integral.add((long) timesAndValues[i], timesAndValues[i + 1]);
    }
    integral.finish();
    return intervals;
  }

  @Test
  void powerIsJoinedByStraightLinesAndCutWhereHoursBegin() {
    // 0 kW at 00:00 rising to 4 kW at 02:00: 1 kWh in the first hour, 3 in the second.
    assertThat(integrate(KILOWATTS, HOURS, 0, 2 * HOUR, 3 * HOUR, 0, 0, 2 * HOUR, 4))
        .containsExactly(
            new Interval(0, HOUR, 1, HOUR, HOUR), new Interval(HOUR, HOUR, 3, HOUR, HOUR));
  }

  @Test
  void readingsOutsideTheSpanServeItsEnds() {
    // 6 kW from half an hour before to half an hour behind, asked for a quarter past to a quarter
    // to.
    assertThat(
            integrate(
                KILOWATTS,
                HOURS,
                15 * MINUTE,
                45 * MINUTE,
                3 * HOUR,
                -30 * MINUTE,
                6,
                90 * MINUTE,
                6))
        .containsExactly(new Interval(15 * MINUTE, 30 * MINUTE, 3, 30 * MINUTE, 30 * MINUTE));
  }

  @Test
  void powerAcrossAGapIsUnknown() {
    // 1 kW until 01:00, then nothing until 05:00, with a limit of an hour.
    assertThat(
            integrate(KILOWATTS, HOURS, 0, 6 * HOUR, HOUR, 0, 1, HOUR, 1, 5 * HOUR, 1, 6 * HOUR, 1))
        .extracting(Interval::kwh, Interval::covered)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(1.0, HOUR),
            org.assertj.core.groups.Tuple.tuple(0.0, 0L),
            org.assertj.core.groups.Tuple.tuple(0.0, 0L),
            org.assertj.core.groups.Tuple.tuple(0.0, 0L),
            org.assertj.core.groups.Tuple.tuple(0.0, 0L),
            org.assertj.core.groups.Tuple.tuple(1.0, HOUR));
  }

  @Test
  void aCounterCountsWhatItRoseByAndBeginsAgainFromZero() {
    // 100 to 130 in an hour; replaced, and 12 an hour later; then 20.
    assertThat(
            integrate(
                KILOWATT_HOURS,
                HOURS,
                0,
                3 * HOUR,
                HOUR,
                0,
                100,
                HOUR,
                130,
                2 * HOUR,
                12,
                3 * HOUR,
                20))
        .extracting(Interval::kwh)
        .containsExactly(30.0, 12.0, 8.0);
  }

  @Test
  void whatACounterRoseByInAGapIsSpreadOverItAndDoesNotCountAsCovered() {
    List<Interval> intervals =
        integrate(KILOWATT_HOURS, HOURS, 0, 4 * HOUR, HOUR, 0, 10, 4 * HOUR, 18);

    assertThat(intervals).hasSize(4);
    assertThat(intervals)
        .allSatisfy(
            each -> assertThat(each).isEqualTo(new Interval(each.start(), HOUR, 2, HOUR, 0)));
  }

  @Test
  void daysAreLocalWhereClocksChange() {
    // 29 March 2026 has 23 hours in Athens.
    Grid days = Grid.ofStep(Duration.ofDays(1)).withZone(ZoneId.of("Europe/Athens"));
    long from = Times.toMicros(Instant.parse("2026-03-27T22:00:00Z"));
    long to = Times.toMicros(Instant.parse("2026-03-30T21:00:00Z"));

    assertThat(integrate(KILOWATTS, days, from, to, 200 * HOUR, (double) from, 1, (double) to, 1))
        .extracting(Interval::kwh)
        .usingComparatorForType(
            (a, b) -> Math.abs(a - b) < 1e-9 ? 0 : Double.compare(a, b), Double.class)
        .containsExactly(24.0, 23.0, 24.0);
  }

  @Test
  void aReadingThatComesBackIsRefused() {
    assertThatThrownBy(() -> integrate(KILOWATTS, HOURS, 0, HOUR, HOUR, 10, 1, 10, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("comes behind");
  }

  /** However intervals cut the span, they hold the whole; and the whole is the trapezoids' sum. */
  @Test
  void intervalsAddUpToTheWhole() {
    for (long seed = 1; seed <= 200; seed++) {
      var random = new SplittableRandom(seed);
      long gap = random.nextLong(MINUTE, 4 * HOUR);
      long from = random.nextLong(HOUR, 5 * HOUR);
      long to = from + random.nextLong(1, 40 * HOUR);
      boolean metered = random.nextBoolean();
      int count = random.nextInt(2, 80);
      var readings = new double[2 * count];
      long time = random.nextLong(0, HOUR);
      double expected = 0;
      long covered = 0;
      for (int i = 0; i < count; i++) {
        readings[2 * i] = (double) time;
        readings[2 * i + 1] = random.nextDouble(-5, 50);
        if (i > 0) {
          double start = readings[2 * i - 2];
          double a = Math.max(start, (double) from);
          double b = Math.min((double) time, (double) to);
          if (a < b) {
            double first = readings[2 * i - 1];
            double rise = readings[2 * i + 1] - first;
            double used = rise >= 0 ? rise : Math.max(readings[2 * i + 1], 0);
            boolean gapless = time - start <= gap;
            double middle = first + rise * (((a + b) / 2 - start) / (time - start));
            if (metered) {
              expected += used * (b - a) / (time - start);
            } else if (gapless) {
              expected += middle * (b - a) / HOUR;
            }
            covered += gapless ? (long) (b - a) : 0;
          }
        }
        time += random.nextLong(1, 2 * HOUR);
      }
      Grid grid = Grid.ofStep(Duration.ofSeconds(random.nextLong(60, 86_400)));
      List<Interval> intervals =
          integrate(metered ? KILOWATT_HOURS : KILOWATTS, grid, from, to, gap, readings);

      assertThat(intervals.stream().mapToLong(Interval::width).sum())
          .as("seed %d", seed)
          .isEqualTo(to - from);
      assertThat(intervals.stream().mapToLong(Interval::covered).sum())
          .as("seed %d", seed)
          .isEqualTo(covered);
      assertThat(intervals.stream().mapToDouble(Interval::kwh).sum())
          .as("seed %d", seed)
          .isCloseTo(expected, within(1e-9 * (1 + Math.abs(expected))));
      assertThat(intervals)
          .as("seed %d", seed)
          .allSatisfy(each -> assertThat(each.covered()).isBetween(0L, each.width()));
    }
  }
}
