package dev.tidewatch.timeseries.calendar;

import static dev.tidewatch.timeseries.calendar.HolidayRule.computed;
import static dev.tidewatch.timeseries.calendar.HolidayRule.easter;
import static dev.tidewatch.timeseries.calendar.HolidayRule.fixed;
import static dev.tidewatch.timeseries.calendar.HolidayRule.nth;
import static dev.tidewatch.timeseries.calendar.HolidayRule.onOrAfter;
import static dev.tidewatch.timeseries.calendar.HolidayRule.once;
import static java.time.DayOfWeek.FRIDAY;
import static java.time.DayOfWeek.MONDAY;
import static java.time.DayOfWeek.SATURDAY;
import static java.time.DayOfWeek.SUNDAY;

import java.time.LocalDate;
import java.util.List;

/** The rules of European countries, from their holiday laws. */
final class EuropeanHolidays {
  private static final String NEW_YEAR = "New Year's Day";
  private static final String LABOUR = "Labour Day";
  private static final String CHRISTMAS = "Christmas Day";
  private static final String BOXING = "Boxing Day";
  private static final String ST_STEPHEN = "St. Stephen's Day";

  private EuropeanHolidays() {}

  /** England and Wales: Banking and Financial Dealings Act 1971 and proclamations since. */
  static List<HolidayRule> england() {
    return CountryHolidays.substituted(
        Substitute.NEXT_WORKDAY,
        fixed(NEW_YEAR, 1, 1).since(1974),
        easter("Good Friday", -2),
        easter("Easter Monday", 1),
        nth("Early May Bank Holiday", 1, MONDAY, 5).since(1978).except(1995, 2020),
        once("Early May Bank Holiday", 1995, 5, 8),
        once("Early May Bank Holiday", 2020, 5, 8),
        nth("Spring Bank Holiday", -1, MONDAY, 5).since(1971).except(2002, 2012, 2022),
        once("Spring Bank Holiday", 2002, 6, 4),
        once("Golden Jubilee", 2002, 6, 3),
        once("Royal Wedding", 2011, 4, 29),
        once("Spring Bank Holiday", 2012, 6, 4),
        once("Diamond Jubilee", 2012, 6, 5),
        once("Spring Bank Holiday", 2022, 6, 2),
        once("Platinum Jubilee", 2022, 6, 3),
        once("State Funeral", 2022, 9, 19),
        once("Coronation", 2023, 5, 8),
        nth("Summer Bank Holiday", -1, MONDAY, 8).since(1971),
        fixed(CHRISTMAS, 12, 25),
        fixed(BOXING, 12, 26));
  }

  static List<HolidayRule> ireland() {
    return List.of(
        fixed(NEW_YEAR, 1, 1).observed(Substitute.NEXT_WORKDAY),
        computed("St. Brigid's Day", EuropeanHolidays::brigid).since(2023),
        fixed("St. Patrick's Day", 3, 17).observed(Substitute.NEXT_WORKDAY),
        easter("Easter Monday", 1),
        nth("May Bank Holiday", 1, MONDAY, 5).since(1994),
        nth("June Bank Holiday", 1, MONDAY, 6),
        nth("August Bank Holiday", 1, MONDAY, 8),
        nth("October Bank Holiday", -1, MONDAY, 10),
        fixed(CHRISTMAS, 12, 25).observed(Substitute.NEXT_WORKDAY),
        fixed(ST_STEPHEN, 12, 26).observed(Substitute.NEXT_WORKDAY));
  }

  private static LocalDate brigid(int year) {
    LocalDate first = LocalDate.of(year, 2, 1);
    return first.getDayOfWeek() == FRIDAY
        ? first
        : onOrAfter("St. Brigid's Day", MONDAY, 2, 1).day().apply(year);
  }

  static List<HolidayRule> germany() {
    return List.of(
        fixed(NEW_YEAR, 1, 1),
        easter("Good Friday", -2),
        easter("Easter Monday", 1),
        fixed(LABOUR, 5, 1),
        easter("Ascension Day", 39),
        easter("Whit Monday", 50),
        fixed("German Unity Day", 10, 3).since(1990),
        once("Reformation Day", 2017, 10, 31),
        fixed(CHRISTMAS, 12, 25),
        fixed(BOXING, 12, 26));
  }

  static List<HolidayRule> austria() {
    return List.of(
        fixed(NEW_YEAR, 1, 1),
        fixed("Epiphany", 1, 6),
        easter("Easter Monday", 1),
        fixed(LABOUR, 5, 1),
        easter("Ascension Day", 39),
        easter("Whit Monday", 50),
        easter("Corpus Christi", 60),
        fixed("Assumption Day", 8, 15),
        fixed("National Day", 10, 26).since(1967),
        fixed("All Saints' Day", 11, 1),
        fixed("Immaculate Conception", 12, 8),
        fixed(CHRISTMAS, 12, 25),
        fixed(ST_STEPHEN, 12, 26));
  }

  /** Those of all or nearly all cantons. */
  static List<HolidayRule> switzerland() {
    return List.of(
        fixed(NEW_YEAR, 1, 1),
        easter("Good Friday", -2),
        easter("Easter Monday", 1),
        easter("Ascension Day", 39),
        easter("Whit Monday", 50),
        fixed("National Day", 8, 1).since(1994),
        fixed(CHRISTMAS, 12, 25),
        fixed(ST_STEPHEN, 12, 26));
  }

  static List<HolidayRule> france() {
    return List.of(
        fixed(NEW_YEAR, 1, 1),
        easter("Easter Monday", 1),
        fixed(LABOUR, 5, 1),
        fixed("Victory Day", 5, 8).since(1982),
        easter("Ascension Day", 39),
        easter("Whit Monday", 50),
        fixed("Bastille Day", 7, 14),
        fixed("Assumption Day", 8, 15),
        fixed("All Saints' Day", 11, 1),
        fixed("Armistice Day", 11, 11),
        fixed(CHRISTMAS, 12, 25));
  }

  static List<HolidayRule> belgium() {
    return List.of(
        fixed(NEW_YEAR, 1, 1),
        easter("Easter Monday", 1),
        fixed(LABOUR, 5, 1),
        easter("Ascension Day", 39),
        easter("Whit Monday", 50),
        fixed("National Day", 7, 21),
        fixed("Assumption Day", 8, 15),
        fixed("All Saints' Day", 11, 1),
        fixed("Armistice Day", 11, 11),
        fixed(CHRISTMAS, 12, 25));
  }

  static List<HolidayRule> netherlands() {
    return List.of(
        fixed(NEW_YEAR, 1, 1),
        easter("Easter Monday", 1),
        computed("Queen's Day", year -> notSunday(year, 30)).since(1980).until(2013),
        computed("King's Day", year -> notSunday(year, 27)).since(2014),
        easter("Ascension Day", 39),
        easter("Whit Monday", 50),
        fixed(CHRISTMAS, 12, 25),
        fixed(BOXING, 12, 26));
  }

  /** A day of April, or the day before if that is a Sunday. */
  private static LocalDate notSunday(int year, int dayOfMonth) {
    LocalDate day = LocalDate.of(year, 4, dayOfMonth);
    return day.getDayOfWeek() == SUNDAY ? day.minusDays(1) : day;
  }

  static List<HolidayRule> italy() {
    return List.of(
        fixed(NEW_YEAR, 1, 1),
        fixed("Epiphany", 1, 6),
        easter("Easter Monday", 1),
        fixed("Liberation Day", 4, 25),
        fixed(LABOUR, 5, 1),
        fixed("Republic Day", 6, 2).since(2001),
        fixed("Assumption Day", 8, 15),
        fixed("All Saints' Day", 11, 1),
        fixed("Immaculate Conception", 12, 8),
        fixed(CHRISTMAS, 12, 25),
        fixed(ST_STEPHEN, 12, 26));
  }

  static List<HolidayRule> spain() {
    return List.of(
        fixed(NEW_YEAR, 1, 1),
        fixed("Epiphany", 1, 6),
        easter("Good Friday", -2),
        fixed(LABOUR, 5, 1),
        fixed("Assumption Day", 8, 15),
        fixed("National Day", 10, 12),
        fixed("All Saints' Day", 11, 1),
        fixed("Constitution Day", 12, 6).since(1983),
        fixed("Immaculate Conception", 12, 8),
        fixed(CHRISTMAS, 12, 25));
  }

  static List<HolidayRule> portugal() {
    return List.of(
        fixed(NEW_YEAR, 1, 1),
        easter("Good Friday", -2),
        fixed("Freedom Day", 4, 25),
        fixed(LABOUR, 5, 1),
        easter("Corpus Christi", 60).except(2013, 2014, 2015),
        fixed("Portugal Day", 6, 10),
        fixed("Assumption Day", 8, 15),
        fixed("Republic Day", 10, 5).except(2013, 2014, 2015),
        fixed("All Saints' Day", 11, 1).except(2013, 2014, 2015),
        fixed("Restoration Day", 12, 1).except(2013, 2014, 2015),
        fixed("Immaculate Conception", 12, 8),
        fixed(CHRISTMAS, 12, 25));
  }

  static List<HolidayRule> poland() {
    return List.of(
        fixed(NEW_YEAR, 1, 1),
        fixed("Epiphany", 1, 6).since(2011),
        easter("Easter Monday", 1),
        fixed(LABOUR, 5, 1),
        fixed("Constitution Day", 5, 3).since(1990),
        easter("Corpus Christi", 60),
        fixed("Assumption Day", 8, 15).since(1989),
        fixed("All Saints' Day", 11, 1),
        fixed("Independence Day", 11, 11).since(1989),
        fixed("Christmas Eve", 12, 24).since(2025),
        fixed(CHRISTMAS, 12, 25),
        fixed(ST_STEPHEN, 12, 26));
  }

  static List<HolidayRule> denmark() {
    return List.of(
        fixed(NEW_YEAR, 1, 1),
        easter("Maundy Thursday", -3),
        easter("Good Friday", -2),
        easter("Easter Monday", 1),
        easter("General Prayer Day", 26).until(2023),
        easter("Ascension Day", 39),
        easter("Whit Monday", 50),
        fixed(CHRISTMAS, 12, 25),
        fixed(BOXING, 12, 26));
  }

  static List<HolidayRule> norway() {
    return List.of(
        fixed(NEW_YEAR, 1, 1),
        easter("Maundy Thursday", -3),
        easter("Good Friday", -2),
        easter("Easter Monday", 1),
        fixed(LABOUR, 5, 1),
        fixed("Constitution Day", 5, 17),
        easter("Ascension Day", 39),
        easter("Whit Monday", 50),
        fixed(CHRISTMAS, 12, 25),
        fixed(BOXING, 12, 26));
  }

  /** With the eves on which Sweden does not work. */
  static List<HolidayRule> sweden() {
    return List.of(
        fixed(NEW_YEAR, 1, 1),
        fixed("Epiphany", 1, 6),
        easter("Good Friday", -2),
        easter("Easter Monday", 1),
        fixed(LABOUR, 5, 1),
        easter("Ascension Day", 39),
        easter("Whit Monday", 50).until(2004),
        fixed("National Day", 6, 6).since(2005),
        onOrAfter("Midsummer Eve", FRIDAY, 6, 19).since(1953),
        onOrAfter("Midsummer Day", SATURDAY, 6, 20).since(1953),
        onOrAfter("All Saints' Day", SATURDAY, 10, 31).since(1953),
        fixed("Christmas Eve", 12, 24),
        fixed(CHRISTMAS, 12, 25),
        fixed(BOXING, 12, 26),
        fixed("New Year's Eve", 12, 31));
  }

  static List<HolidayRule> finland() {
    return List.of(
        fixed(NEW_YEAR, 1, 1),
        fixed("Epiphany", 1, 6).since(1991),
        easter("Good Friday", -2),
        easter("Easter Monday", 1),
        fixed(LABOUR, 5, 1),
        easter("Ascension Day", 39).since(1991),
        onOrAfter("Midsummer Eve", FRIDAY, 6, 19).since(1955),
        onOrAfter("Midsummer Day", SATURDAY, 6, 20).since(1955),
        onOrAfter("All Saints' Day", SATURDAY, 10, 31).since(1955),
        fixed("Independence Day", 12, 6),
        fixed("Christmas Eve", 12, 24),
        fixed(CHRISTMAS, 12, 25),
        fixed(ST_STEPHEN, 12, 26));
  }
}
