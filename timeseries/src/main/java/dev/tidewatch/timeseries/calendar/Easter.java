package dev.tidewatch.timeseries.calendar;

import java.time.LocalDate;

/** Easter Sunday of the Gregorian calendar. */
final class Easter {
  private Easter() {}

  /**
   * The anonymous Gregorian algorithm (Meeus, Astronomical Algorithms, 2nd ed., chapter 8).
   *
   * @param year 1583 or later
   */
  static LocalDate of(int year) {
    int golden = year % 19;
    int century = year / 100;
    int ofCentury = year % 100;
    int leapCenturies = century / 4;
    int epactShift = (8 * century + 13) / 25;
    int epact = (19 * golden + century - leapCenturies - epactShift + 15) % 30;
    int weekday = (32 + 2 * (century % 4) + 2 * (ofCentury / 4) - epact - ofCentury % 4) % 7;
    int late = (golden + 11 * epact + 22 * weekday) / 451;
    int monthAndDay = epact + weekday - 7 * late + 114;
    return LocalDate.of(year, monthAndDay / 31, monthAndDay % 31 + 1);
  }
}
