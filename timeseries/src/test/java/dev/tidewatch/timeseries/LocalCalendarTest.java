package dev.tidewatch.timeseries;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

class LocalCalendarTest {
  @Test
  void agreesWithTheJavaCalendar() {
    for (String id :
        new String[] {"UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Auckland"}) {
      ZoneId zone = ZoneId.of(id);
      var calendar = new LocalCalendar(zone);
      Seeds.forEach(
          300,
          random -> {
            long time =
                random.nextLong(
                    -20L * 365 * Times.MICROS_PER_DAY, 90L * 365 * Times.MICROS_PER_DAY);
            var local = Times.toInstant(time).atZone(zone);
            assertThat(calendar.secondOfDay(time)).isEqualTo(local.toLocalTime().toSecondOfDay());
            assertThat(calendar.dayOfWeek(time)).isEqualTo(local.getDayOfWeek().getValue() - 1);
            assertThat(calendar.hourOfWeek(time))
                .isEqualTo((local.getDayOfWeek().getValue() - 1) * 24 + local.getHour());
            assertThat(calendar.slotOfDay(time, 96))
                .isEqualTo(local.toLocalTime().toSecondOfDay() / 900);
          });
    }
  }

  @Test
  void weekendsAreLocal() {
    var calendar = new LocalCalendar(ZoneId.of("Pacific/Auckland"));
    assertThat(calendar.isWeekend(Times.toMicros(Instant.parse("2026-11-20T12:00:00Z")))).isTrue();
    assertThat(calendar.isWeekend(Times.toMicros(Instant.parse("2026-11-20T10:00:00Z")))).isFalse();
  }

  @Test
  void ringKeepsTheNewest() {
    var ring = new DoubleRing(3);
    assertThat(ring.push(1)).isNaN();
    ring.push(2);
    ring.push(3);
    assertThat(ring.isFull()).isTrue();
    assertThat(ring.push(4)).isEqualTo(1);
    assertThat(ring.push(5)).isEqualTo(2);
    assertThat(ring.toArray()).containsExactly(3, 4, 5);
    assertThat(ring.get(0)).isEqualTo(3);
    assertThatThrownBy(() -> ring.get(3)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> new DoubleRing(0)).hasMessageContaining("capacity");
  }
}
