package dev.tidewatch.timeseries;

import java.time.ZoneId;
import java.time.zone.ZoneRules;

/** Positions of a time in the local day and week of a zone. Thread-safe. */
public final class LocalCalendar {
  private static final long SECONDS_PER_DAY = 86_400;

  private final ZoneId zone;
  private final ZoneRules rules;

  public LocalCalendar(ZoneId zone) {
    this.zone = zone;
    this.rules = zone.getRules();
  }

  public ZoneId zone() {
    return zone;
  }

  private long localSeconds(long timeMicros) {
    var time = Times.toInstant(timeMicros);
    return time.getEpochSecond() + rules.getOffset(time).getTotalSeconds();
  }

  /** Seconds since local midnight by the wall clock, 0 to 86,399. */
  public int secondOfDay(long timeMicros) {
    return (int) Math.floorMod(localSeconds(timeMicros), SECONDS_PER_DAY);
  }

  /** 0 for Monday to 6 for Sunday. */
  public int dayOfWeek(long timeMicros) {
    // 1970-01-01 was a Thursday.
    return (int) Math.floorMod(Math.floorDiv(localSeconds(timeMicros), SECONDS_PER_DAY) + 3, 7L);
  }

  public boolean isWeekend(long timeMicros) {
    return dayOfWeek(timeMicros) >= 5;
  }

  /** 0 for Monday 00:00 to 167 for Sunday 23:00. */
  public int hourOfWeek(long timeMicros) {
    return dayOfWeek(timeMicros) * 24 + secondOfDay(timeMicros) / 3_600;
  }

  /**
   * Which of equal parts of the day the time falls in.
   *
   * @param slotsPerDay 1 to 86,400
   */
  public int slotOfDay(long timeMicros, int slotsPerDay) {
    return (int) (secondOfDay(timeMicros) * (long) slotsPerDay / SECONDS_PER_DAY);
  }
}
