package dev.tidewatch.serverkit.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class ScaledClockTest {
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final Instant ORIGIN = Instant.parse("2020-01-01T00:00:00Z");

  private final AtomicReference<Instant> base = new AtomicReference<>(START);

  @Test
  void runsAtItsFactorFromItsOrigin() {
    var clock = ScaledClock.startingAt(ORIGIN, 3_600, base::get);
    assertThat(clock.instant()).isEqualTo(ORIGIN);
    base.set(START.plusMillis(1_500));
    assertThat(clock.instant()).isEqualTo(ORIGIN.plus(Duration.ofMinutes(90)));
  }

  @Test
  void atFactorOneFromThePresentItIsTheBaseClock() {
    var clock = ScaledClock.startingAt(START, 1, base::get);
    base.set(START.plus(Duration.ofDays(400)).plusNanos(123_456_000));
    assertThat(clock.instant()).isEqualTo(base.get());
  }

  @Test
  void tellsHowLongToSleepForADomainTime() {
    var clock = ScaledClock.startingAt(ORIGIN, 60, base::get);
    assertThat(clock.toBase(Duration.ofMinutes(5))).isEqualTo(Duration.ofSeconds(5));
    assertThat(clock.toDomain(Duration.ofSeconds(5))).isEqualTo(Duration.ofMinutes(5));
  }

  @Test
  void refusesAFactorThatIsNotPositive() {
    for (double factor : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> ScaledClock.startingAt(ORIGIN, factor, base::get))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("factor");
    }
  }
}
