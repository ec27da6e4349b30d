package dev.tidewatch.timeseries.calendar;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.util.Set;

/** What happens to a holiday that falls on a weekend. */
enum Substitute {
  /** Nothing: the day is lost. */
  NONE,
  /** Saturday is observed on Friday, Sunday on Monday (US federal holidays, 5 U.S.C. 6103). */
  NEAREST_WEEKDAY,
  /** The first later day that is neither weekend nor a holiday (United Kingdom, Ireland, …). */
  NEXT_WORKDAY,
  /** As {@link #NEXT_WORKDAY}, only for a holiday on a Sunday (Japan since 1973, Spain, …). */
  SUNDAY_TO_NEXT_WORKDAY;

  /** The substitute day, or the date itself if it needs none. */
  LocalDate of(LocalDate date, Set<LocalDate> taken) {
    DayOfWeek day = date.getDayOfWeek();
    boolean saturday = day == DayOfWeek.SATURDAY;
    boolean sunday = day == DayOfWeek.SUNDAY;
    return switch (this) {
      case NONE -> date;
      case NEAREST_WEEKDAY -> saturday ? date.minusDays(1) : sunday ? date.plusDays(1) : date;
      case NEXT_WORKDAY -> saturday || sunday ? nextWorkday(date, taken) : date;
      case SUNDAY_TO_NEXT_WORKDAY -> sunday ? nextWorkday(date, taken) : date;
    };
  }

  private static LocalDate nextWorkday(LocalDate date, Set<LocalDate> taken) {
    LocalDate next = date.plusDays(1);
    while (next.getDayOfWeek().getValue() > 5 || taken.contains(next)) {
      next = next.plusDays(1);
    }
    return next;
  }
}
