package dev.tidewatch.timeseries;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;

class GridTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private static final ZoneId KOLKATA = ZoneId.of("Asia/Kolkata");
  private static final List<Duration> STEPS =
      List.of(
          Duration.ofSeconds(1),
          Duration.ofMinutes(5),
          Duration.ofHours(1),
          Duration.ofHours(6),
          Duration.ofHours(7),
          Duration.ofDays(1),
          Duration.ofDays(2),
          Duration.ofDays(7));
  private static final List<ZoneId> ZONES =
      List.of(
          ZoneId.of("UTC"),
          BERLIN,
          KOLKATA,
          ZoneId.of("America/St_Johns"),
          ZoneId.of("Australia/Lord_Howe"));

  private static long micros(String time) {
    return Times.toMicros(Instant.parse(time));
  }

  @Test
  void everyTimeLiesInTheIntervalOfItsIndex() {
    Seeds.forEach(
        2_000,
        random -> {
          Grid grid =
              Grid.ofStep(STEPS.get(random.nextInt(STEPS.size())))
                  .withZone(ZONES.get(random.nextInt(ZONES.size())));
          long time =
              random.nextLong(-60L * 365 * Times.MICROS_PER_DAY, 80L * 365 * Times.MICROS_PER_DAY);
          long index = grid.indexAt(time);
          assertThat(time).isBetween(grid.startMicros(index), grid.endMicros(index) - 1);
          assertThat(grid.indexAt(grid.startMicros(index))).isEqualTo(index);
          assertThat(grid.indexAt(grid.endMicros(index))).isEqualTo(index + 1);
          assertThat(grid.indexAtOrAfter(time))
              .isEqualTo(grid.startMicros(index) == time ? index : index + 1);
        });
  }

  @Test
  void hourlyStepsCountElapsedHoursAcrossClockChanges() {
    Grid hours = Grid.ofStep(Duration.ofHours(1)).withZone(BERLIN);
    long shortDay =
        hours.indexAt(micros("2026-03-30T00:00:00+02:00"))
            - hours.indexAt(micros("2026-03-29T00:00:00+01:00"));
    long longDay =
        hours.indexAt(micros("2026-10-26T00:00:00+01:00"))
            - hours.indexAt(micros("2026-10-25T00:00:00+02:00"));
    assertThat(shortDay).isEqualTo(23);
    assertThat(longDay).isEqualTo(25);
  }

  @Test
  void hoursStartOnTheLocalClockInZonesOfHalfHours() {
    Grid hours = Grid.ofStep(Duration.ofHours(1)).withZone(KOLKATA);
    assertThat(hours.startMicros(hours.indexAt(micros("2026-05-01T10:45:00+05:30"))))
        .isEqualTo(micros("2026-05-01T10:00:00+05:30"));
    assertThat(hours.startMicros(0)).isEqualTo(micros("1970-01-01T00:00:00+05:30"));
  }

  @Test
  void dailyStepsAreLocalDatesHoweverLong() {
    Grid days = Grid.ofStep(Duration.ofDays(1)).withZone(BERLIN);
    long shortDay = LocalDate.of(2026, 3, 29).toEpochDay();
    assertThat(days.startMicros(shortDay)).isEqualTo(micros("2026-03-29T00:00:00+01:00"));
    assertThat(days.endMicros(shortDay) - days.startMicros(shortDay))
        .isEqualTo(23 * Times.MICROS_PER_HOUR);
    long longDay = LocalDate.of(2026, 10, 25).toEpochDay();
    assertThat(days.endMicros(longDay) - days.startMicros(longDay))
        .isEqualTo(25 * Times.MICROS_PER_HOUR);
    assertThat(days.indexAt(micros("2026-10-25T23:30:00+01:00"))).isEqualTo(longDay);
    assertThat(days.followsLocalDays()).isTrue();
  }

  @Test
  void otherStepsCountFromTheEpochInUtc() {
    Grid weeks = Grid.ofStep(Duration.ofDays(7)).withZone(BERLIN);
    assertThat(weeks.startMicros(0)).isZero();
    assertThat(weeks.startMicros(3)).isEqualTo(21 * Times.MICROS_PER_DAY);
    assertThat(weeks.stepsPerDay()).isZero();
    assertThat(Grid.ofStep(Duration.ofHours(7)).withZone(KOLKATA).startMicros(1))
        .isEqualTo(7 * Times.MICROS_PER_HOUR);
    assertThat(Grid.ofStep(Duration.ofMinutes(15)).stepsPerDay()).isEqualTo(96);
  }

  @Test
  void aValueIsKnownOnceItsLatenessHasPassed() {
    Grid grid = Grid.ofStep(Duration.ofHours(1)).withLateness(Duration.ofMinutes(10));
    long index = grid.indexAt(micros("2026-05-01T10:00:00Z"));
    assertThat(grid.knownAtMicros(index)).isEqualTo(micros("2026-05-01T11:10:00Z"));
    assertThat(grid.newestKnownIndex(micros("2026-05-01T11:09:59.999999Z"))).isEqualTo(index - 1);
    assertThat(grid.newestKnownIndex(micros("2026-05-01T11:10:00Z"))).isEqualTo(index);
  }

  @Test
  void boundsAreChecked() {
    for (Duration step :
        List.of(
            Duration.ZERO, Duration.ofMillis(1_500), Duration.ofSeconds(-1), Duration.ofDays(8))) {
      assertThatThrownBy(() -> Grid.ofStep(step)).hasMessageContaining("grid step");
    }
    Grid grid = Grid.ofStep(Duration.ofHours(1));
    assertThatThrownBy(() -> grid.withLateness(Duration.ofDays(8)))
        .hasMessageContaining("lateness");
    assertThatThrownBy(() -> grid.withLateness(Duration.ofSeconds(-1)))
        .hasMessageContaining("lateness");
    assertThatThrownBy(() -> grid.withFill(Fill.PREVIOUS, -1))
        .hasMessageContaining("fill_intervals_max");
    assertThatThrownBy(() -> grid.withFill(Fill.PREVIOUS, 100_001))
        .hasMessageContaining("fill_intervals_max");
  }
}
