package dev.tidewatch.timeseries;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class TimesTest {
  @Test
  void roundTripsMicrosecondsOnBothSidesOfTheEpoch() {
    Seeds.forEach(
        200,
        random -> {
          long micros = random.nextLong(-4_000_000_000_000_000L, 4_000_000_000_000_000L);
          assertThat(Times.toMicros(Times.toInstant(micros))).isEqualTo(micros);
        });
    assertThat(Times.toInstant(-1)).isEqualTo(Instant.parse("1969-12-31T23:59:59.999999Z"));
    assertThat(Times.toMicros(Instant.parse("2026-01-02T03:04:05.678901Z")))
        .isEqualTo(1_767_323_045_678_901L);
  }

  @Test
  void refusesWhatIsFinerRatherThanRounding() {
    Instant fine = Instant.parse("2026-01-02T03:04:05.000000001Z");
    assertThatThrownBy(() -> Times.toMicros(fine)).isInstanceOf(TimeTooFineException.class);
    assertThatThrownBy(() -> Times.toMicros(5, 999)).isInstanceOf(TimeTooFineException.class);
    assertThat(Times.floorToMicros(fine)).isEqualTo(Times.floorToMicros(fine.minusNanos(1)));
  }

  @Test
  void refusesWhatDoesNotFit() {
    assertThatThrownBy(() -> Times.toMicros(Instant.MAX.minusNanos(999)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("out of range");
    assertThatThrownBy(() -> Times.toMicros(Long.MAX_VALUE, 0))
        .hasMessageContaining("out of range");
    assertThatThrownBy(() -> Times.toMicros(0, -1)).hasMessageContaining("nanos");
    assertThatThrownBy(() -> Times.toMicros(0, 1_000_000_000)).hasMessageContaining("nanos");
  }
}
