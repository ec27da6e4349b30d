package dev.tidewatch.models.detection.online;

import dev.tidewatch.models.detection.StateReader;
import dev.tidewatch.models.detection.StateWriter;
import dev.tidewatch.timeseries.LocalCalendar;

/**
 * The usual value at each time of a weekday or weekend day: a moving average for each quarter of an
 * hour; one that was never visited falls back to the other kind of day. Not thread-safe.
 */
final class DayProfile {
  private static final int SLOTS = 96;
  private static final int VALUES_REMEMBERED = 12;

  private final LocalCalendar calendar;
  private final double[] level = new double[2 * SLOTS];
  private final byte[] seen = new byte[2 * SLOTS];

  DayProfile(LocalCalendar calendar) {
    this.calendar = calendar;
  }

  DayProfile(LocalCalendar calendar, StateReader in) {
    this(calendar);
    byte[] saved = in.getBytes();
    if (saved.length != seen.length) {
      throw StateReader.damaged("its profile has %d slots".formatted(saved.length));
    }
    for (int slot = 0; slot < seen.length; slot++) {
      if (saved[slot] < 0 || saved[slot] > VALUES_REMEMBERED) {
        throw StateReader.damaged("a slot was seen %d times".formatted(saved[slot]));
      }
      seen[slot] = saved[slot];
      level[slot] = seen[slot] > 0 ? in.getDouble() : 0;
    }
  }

  void save(StateWriter out) {
    out.putBytes(seen);
    for (int slot = 0; slot < seen.length; slot++) {
      if (seen[slot] > 0) {
        out.putDouble(level[slot]);
      }
    }
  }

  static int stateBytesMax() {
    return 5 + 2 * SLOTS * (1 + Double.BYTES);
  }

  private int slot(long timeMicros) {
    int ofDay = calendar.slotOfDay(timeMicros, SLOTS);
    return calendar.isWeekend(timeMicros) ? SLOTS + ofDay : ofDay;
  }

  /** The usual value; {@code NaN} where nothing is known yet. */
  double expected(long timeMicros) {
    int slot = slot(timeMicros);
    if (seen[slot] == 0) {
      slot = slot < SLOTS ? slot + SLOTS : slot - SLOTS;
    }
    return seen[slot] == 0 ? Double.NaN : level[slot];
  }

  void learn(long timeMicros, double value) {
    int slot = slot(timeMicros);
    if (seen[slot] < VALUES_REMEMBERED) {
      seen[slot]++;
    }
    level[slot] += (value - level[slot]) / seen[slot];
  }
}
