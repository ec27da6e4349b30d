package dev.tidewatch.models.detection.online;

import dev.tidewatch.models.detection.StateReader;
import dev.tidewatch.models.detection.StateWriter;
import dev.tidewatch.timeseries.LocalCalendar;

/**
 * The usual value at each time of a weekday or weekend day: a moving average for each part of the
 * day; one that was never visited falls back to the other kind of day. Not thread-safe.
 */
final class DayProfile {
  private static final int VALUES_REMEMBERED = 12;

  private final LocalCalendar calendar;
  private final int slots;
  private final float[] level;
  private final byte[] seen;

  DayProfile(LocalCalendar calendar, int slotsPerDay) {
    this.calendar = calendar;
    this.slots = slotsPerDay;
    level = new float[2 * slotsPerDay];
    seen = new byte[2 * slotsPerDay];
  }

  DayProfile(LocalCalendar calendar, int slotsPerDay, StateReader in) {
    this(calendar, slotsPerDay);
    byte[] saved = in.getBytes();
    if (saved.length != seen.length) {
      throw StateReader.damaged("its profile has %d slots".formatted(saved.length));
    }
    for (int slot = 0; slot < seen.length; slot++) {
      if (saved[slot] < 0 || saved[slot] > VALUES_REMEMBERED) {
        throw StateReader.damaged("a slot was seen %d times".formatted(saved[slot]));
      }
      seen[slot] = saved[slot];
      level[slot] = seen[slot] > 0 ? in.getFloat() : 0;
    }
  }

  void save(StateWriter out) {
    out.putBytes(seen);
    for (int slot = 0; slot < seen.length; slot++) {
      if (seen[slot] > 0) {
        out.putFloat(level[slot]);
      }
    }
  }

  static int stateBytesMax(int slotsPerDay) {
    return 5 + 2 * slotsPerDay * (1 + Float.BYTES);
  }

  private int slot(long timeMicros) {
    int ofDay = calendar.slotOfDay(timeMicros, slots);
    return calendar.isWeekend(timeMicros) ? slots + ofDay : ofDay;
  }

  /** The slot itself or, if it was never visited, the same part of the other kind of day, or -1. */
  private int known(long timeMicros) {
    int slot = slot(timeMicros);
    if (seen[slot] == 0) {
      slot = slot < slots ? slot + slots : slot - slots;
    }
    return seen[slot] == 0 ? -1 : slot;
  }

  /** The usual value; {@code NaN} where nothing is known yet. */
  double expected(long timeMicros) {
    int slot = known(timeMicros);
    return slot < 0 ? Double.NaN : level[slot];
  }

  /**
   * Distance from the nearest value between the usual ones of this part of the day, the one before
   * and the one after: what remains if the day runs a little early or late. {@code NaN} where
   * nothing is known yet.
   */
  double distanceFromNeighbours(long timeMicros, double value) {
    int slot = known(timeMicros);
    if (slot < 0) {
      return Double.NaN;
    }
    int day = slot < slots ? 0 : slots;
    double low = level[slot];
    double high = level[slot];
    for (int step = -1; step <= 1; step += 2) {
      int neighbour = day + Math.floorMod(slot - day + step, slots);
      if (seen[neighbour] > 0) {
        low = Math.min(low, level[neighbour]);
        high = Math.max(high, level[neighbour]);
      }
    }
    return Math.max(0, Math.max(value - high, low - value));
  }

  void learn(long timeMicros, double value) {
    int slot = slot(timeMicros);
    if (seen[slot] < VALUES_REMEMBERED) {
      seen[slot]++;
    }
    level[slot] = (float) (level[slot] + (value - level[slot]) / seen[slot]);
  }
}
