package dev.tidewatch.timeseries.energy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidewatch.timeseries.Times;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RunTimeTest {
  private static final long MINUTE = Times.MICROS_PER_MINUTE;

  private static RunTime of(long from, long to, long hold, long now, double... minutesAndValues) {
    var runTime = new RunTime(0.5, from * MINUTE, to * MINUTE, hold);
    for (int i = 0; i < minutesAndValues.length; i += 2) {
      runTime.add(((long) minutesAndValues[i]) * MINUTE, minutesAndValues[i + 1]);
    }
    runTime.finish(now * MINUTE);
    return runTime;
  }

  @Test
  void timeStartsAndTheLongestRunAreCounted() {
    // On from 10 to 20, from 30 to 60.
    RunTime runTime =
        of(0, 100, Long.MAX_VALUE, 1000, 0, 0, 10, 1, 15, 1, 20, 0, 30, 1, 60, 0.5, 90, 0);

    assertThat(runTime.runMicros()).isEqualTo(40 * MINUTE);
    assertThat(runTime.starts()).isEqualTo(2);
    assertThat(runTime.longestMicros()).isEqualTo(30 * MINUTE);
    assertThat(runTime.knownMicros()).isEqualTo(100 * MINUTE);
  }

  @Test
  void aRunThatWasOnBeforeTheSpanIsNoStartInIt() {
    RunTime runTime = of(30, 100, Long.MAX_VALUE, 1000, 0, 0, 10, 1, 50, 0, 120, 1);

    assertThat(runTime.runMicros()).isEqualTo(20 * MINUTE);
    assertThat(runTime.starts()).isZero();
    assertThat(runTime.longestMicros()).isEqualTo(20 * MINUTE);
  }

  @Test
  void theLastValueHoldsUntilNowAndNotBeyond() {
    RunTime runTime = of(0, 100, Long.MAX_VALUE, 40, 0, 0, 10, 1);

    assertThat(runTime.runMicros()).isEqualTo(30 * MINUTE);
    assertThat(runTime.knownMicros()).isEqualTo(40 * MINUTE);
  }

  @Test
  void aSilenceLongerThanTheLimitEndsARun() {
    RunTime runTime = of(0, 100, 15 * MINUTE, 1000, 0, 1, 10, 1, 50, 1, 60, 1, 70, 0);

    // 0 to 25, then unknown until 50, 50 to 70; known until 85.
    assertThat(runTime.runMicros()).isEqualTo(45 * MINUTE);
    assertThat(runTime.longestMicros()).isEqualTo(25 * MINUTE);
    assertThat(runTime.starts()).isZero();
    assertThat(runTime.knownMicros()).isEqualTo(60 * MINUTE);
  }

  @Test
  void withoutReadingsNothingIsKnown() {
    assertThat(of(0, 100, Long.MAX_VALUE, 1000).knownMicros()).isZero();
  }

  /** Minute by minute, the slow way, gives the same. */
  @Test
  void itAgreesWithCountingMinutes() {
    for (long seed = 1; seed <= 300; seed++) {
      var random = new SplittableRandom(seed);
      int from = random.nextInt(0, 50);
      int to = from + random.nextInt(1, 200);
      int hold = random.nextBoolean() ? random.nextInt(1, 40) : 100_000;
      var readings = new double[2 * random.nextInt(1, 30)];
      int time = random.nextInt(0, 60);
      for (int i = 0; i < readings.length; i += 2) {
        readings[i] = time;
        readings[i + 1] = random.nextInt(0, 2);
        time += random.nextInt(1, 30);
      }
      int running = 0;
      int longest = 0;
      int current = 0;
      for (int minute = 0; minute < to; minute++) {
        int newest = -1;
        for (int i = 0; i < readings.length; i += 2) {
          newest = readings[i] <= minute ? i : newest;
        }
        boolean on = newest >= 0 && minute - readings[newest] < hold && readings[newest + 1] == 1;
        current = on && minute >= from ? current + 1 : 0;
        running += minute >= from && on ? 1 : 0;
        longest = Math.max(longest, current);
      }
      RunTime runTime = of(from, to, hold * MINUTE, 10_000, readings);

      assertThat(runTime.runMicros()).as("seed %d", seed).isEqualTo(running * MINUTE);
      assertThat(runTime.longestMicros()).as("seed %d", seed).isEqualTo(longest * MINUTE);
    }
  }
}
