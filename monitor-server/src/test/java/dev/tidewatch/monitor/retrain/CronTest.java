package dev.tidewatch.monitor.retrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CronTest {
  /** 2026-03-01 is a Sunday. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "* * * * *           | 2026-03-01T00:00:00Z | 2026-03-01T00:01:00Z",
        "* * * * *           | 2026-03-01T00:00:59Z | 2026-03-01T00:01:00Z",
        "0 3 * * *           | 2026-03-01T03:00:00Z | 2026-03-02T03:00:00Z",
        "0 3 * * *           | 2026-03-01T02:59:59Z | 2026-03-01T03:00:00Z",
        "*/15 9-17 * * 1-5   | 2026-03-01T12:00:00Z | 2026-03-02T09:00:00Z",
        "*/15 9-17 * * 1-5   | 2026-03-02T17:45:00Z | 2026-03-03T09:00:00Z",
        "30 4 1,15 * *       | 2026-03-01T04:30:00Z | 2026-03-15T04:30:00Z",
        "30 4 1,15 * fri     | 2026-03-02T00:00:00Z | 2026-03-06T04:30:00Z",
        "0 0 29 feb *        | 2026-03-01T00:00:00Z | 2028-02-29T00:00:00Z",
        "0 0 31 * *          | 2026-03-31T00:00:00Z | 2026-05-31T00:00:00Z",
        "0 12 * * 7          | 2026-03-01T12:00:00Z | 2026-03-08T12:00:00Z",
        "0 12 * * SUN        | 2026-03-01T11:00:00Z | 2026-03-01T12:00:00Z",
        "59 23 31 12 *       | 2026-12-31T23:58:00Z | 2026-12-31T23:59:00Z",
        "5/20 0 * * *        | 2026-03-01T00:05:00Z | 2026-03-01T00:25:00Z",
      })
  void comesWhenItShould(String cron, Instant after, Instant next) {
    assertThat(Cron.parse(cron).after(after)).contains(next);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "* * * *",
        "* * * * * *",
        "60 * * * *",
        "* 24 * * *",
        "* * 0 * *",
        "* * * 13 *",
        "* * * * 8",
        "5-1 * * * *",
        "*/0 * * * *",
        "a * * * *",
        "1, * * * *",
        "-1 * * * *",
        "* * * foo *",
        "0 0 30 2 *",
        "99999999999 * * * *",
      })
  void whatIsNoScheduleIsRefused(String cron) {
    assertThatThrownBy(() -> Cron.parse(cron)).isInstanceOf(IllegalArgumentException.class);
  }

  /** Against a walk over every minute. */
  @Test
  void nothingIsLeftOut() {
    var random = new SplittableRandom(7);
    for (int round = 0; round < 50; round++) {
      int hour = random.nextInt(24);
      int minute = random.nextInt(60);
      int day = 1 + random.nextInt(7);
      var cron = Cron.parse("%d %d * * %d".formatted(minute, hour, day));
      Instant from = Instant.ofEpochSecond(1_772_000_000L + random.nextInt(10_000_000));
      Instant walk = Instant.ofEpochSecond(Math.floorDiv(from.getEpochSecond(), 60) * 60 + 60);
      while (true) {
        var at = walk.atOffset(ZoneOffset.UTC);
        if (at.getMinute() == minute
            && at.getHour() == hour
            && at.getDayOfWeek().getValue() == day) {
          break;
        }
        walk = walk.plusSeconds(60);
      }
      assertThat(cron.after(from)).as("seed 7, round %d", round).isEqualTo(Optional.of(walk));
    }
  }
}
