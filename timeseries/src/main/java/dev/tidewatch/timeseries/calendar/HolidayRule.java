package dev.tidewatch.timeseries.calendar;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.temporal.TemporalAdjusters;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;

/**
 * When a holiday falls in a year.
 *
 * @param day date in a year in which the rule applies
 * @param applies years in which there is such a holiday
 */
record HolidayRule(
    String name, IntFunction<LocalDate> day, IntPredicate applies, Substitute substitute) {

  private static HolidayRule always(String name, IntFunction<LocalDate> day) {
    return new HolidayRule(name, day, year -> true, Substitute.NONE);
  }

  static HolidayRule fixed(String name, int month, int dayOfMonth) {
    return always(name, year -> LocalDate.of(year, month, dayOfMonth));
  }

  /** Days after Easter Sunday; negative before it. */
  static HolidayRule easter(String name, int days) {
    return always(name, year -> Easter.of(year).plusDays(days));
  }

  /** The n-th such weekday of a month; -1 for the last. */
  static HolidayRule nth(String name, int n, DayOfWeek weekday, int month) {
    return always(
        name,
        year -> LocalDate.of(year, month, 1).with(TemporalAdjusters.dayOfWeekInMonth(n, weekday)));
  }

  /** The last such weekday before a date. */
  static HolidayRule before(String name, DayOfWeek weekday, int month, int dayOfMonth) {
    return always(
        name,
        year -> LocalDate.of(year, month, dayOfMonth).with(TemporalAdjusters.previous(weekday)));
  }

  /** The first such weekday on or after a date. */
  static HolidayRule onOrAfter(String name, DayOfWeek weekday, int month, int dayOfMonth) {
    return always(
        name,
        year -> LocalDate.of(year, month, dayOfMonth).with(TemporalAdjusters.nextOrSame(weekday)));
  }

  static HolidayRule computed(String name, IntFunction<LocalDate> day) {
    return always(name, day);
  }

  /** A holiday of one year only. */
  static HolidayRule once(String name, int year, int month, int dayOfMonth) {
    return fixed(name, month, dayOfMonth).since(year).until(year);
  }

  HolidayRule since(int first) {
    return when(year -> year >= first);
  }

  HolidayRule until(int last) {
    return when(year -> year <= last);
  }

  HolidayRule except(Integer... years) {
    List<Integer> skipped = List.of(years);
    return when(year -> !skipped.contains(year));
  }

  /** Only in years for which the condition holds, too. */
  HolidayRule when(IntPredicate condition) {
    return new HolidayRule(name, day, applies.and(condition), substitute);
  }

  HolidayRule observed(Substitute newSubstitute) {
    return new HolidayRule(name, day, applies, newSubstitute);
  }
}
