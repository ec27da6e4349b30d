package dev.tidewatch.timeseries.calendar;

import static dev.tidewatch.timeseries.calendar.HolidayRule.before;
import static dev.tidewatch.timeseries.calendar.HolidayRule.computed;
import static dev.tidewatch.timeseries.calendar.HolidayRule.easter;
import static dev.tidewatch.timeseries.calendar.HolidayRule.fixed;
import static dev.tidewatch.timeseries.calendar.HolidayRule.nth;
import static dev.tidewatch.timeseries.calendar.HolidayRule.once;
import static java.time.DayOfWeek.MONDAY;
import static java.time.DayOfWeek.THURSDAY;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** The rules of each country, from its holiday laws. */
final class CountryHolidays {
  static final SortedMap<String, List<HolidayRule>> RULES = rules();
  static final SortedMap<String, String> ZONES = zones();

  private static final String NEW_YEAR = "New Year's Day";
  private static final String LABOUR = "Labour Day";
  private static final String CHRISTMAS = "Christmas Day";
  private static final String BOXING = "Boxing Day";

  private CountryHolidays() {}

  private static SortedMap<String, List<HolidayRule>> rules() {
    var rules = new TreeMap<String, List<HolidayRule>>();
    rules.put("AT", EuropeanHolidays.austria());
    rules.put("AU", australia());
    rules.put("BE", EuropeanHolidays.belgium());
    rules.put("BR", brazil());
    rules.put("CA", canada());
    rules.put("CH", EuropeanHolidays.switzerland());
    rules.put("DE", EuropeanHolidays.germany());
    rules.put("DK", EuropeanHolidays.denmark());
    rules.put("ES", EuropeanHolidays.spain());
    rules.put("FI", EuropeanHolidays.finland());
    rules.put("FR", EuropeanHolidays.france());
    rules.put("GB", EuropeanHolidays.england());
    rules.put("IE", EuropeanHolidays.ireland());
    rules.put("IT", EuropeanHolidays.italy());
    rules.put("JP", japan());
    rules.put("MX", mexico());
    rules.put("NL", EuropeanHolidays.netherlands());
    rules.put("NO", EuropeanHolidays.norway());
    rules.put("NZ", newZealand());
    rules.put("PL", EuropeanHolidays.poland());
    rules.put("PT", EuropeanHolidays.portugal());
    rules.put("SE", EuropeanHolidays.sweden());
    rules.put("US", unitedStates());
    return rules;
  }

  /** 5 U.S.C. 6103. */
  private static List<HolidayRule> unitedStates() {
    return substituted(
        Substitute.NEAREST_WEEKDAY,
        fixed(NEW_YEAR, 1, 1),
        nth("Martin Luther King Jr. Day", 3, MONDAY, 1).since(1986),
        nth("Washington's Birthday", 3, MONDAY, 2).since(1971),
        nth("Memorial Day", -1, MONDAY, 5).since(1971),
        fixed("Juneteenth", 6, 19).since(2021),
        fixed("Independence Day", 7, 4),
        nth(LABOUR, 1, MONDAY, 9),
        nth("Columbus Day", 2, MONDAY, 10).since(1971),
        fixed("Veterans Day", 11, 11).since(1978),
        nth("Thanksgiving Day", 4, THURSDAY, 11).since(1942),
        fixed(CHRISTMAS, 12, 25));
  }

  /** Nationwide statutory holidays. */
  private static List<HolidayRule> canada() {
    return substituted(
        Substitute.NEXT_WORKDAY,
        fixed(NEW_YEAR, 1, 1),
        easter("Good Friday", -2),
        before("Victoria Day", MONDAY, 5, 25),
        fixed("Canada Day", 7, 1),
        nth(LABOUR, 1, MONDAY, 9),
        fixed("Truth and Reconciliation Day", 9, 30).since(2021),
        nth("Thanksgiving Day", 2, MONDAY, 10),
        fixed("Remembrance Day", 11, 11),
        fixed(CHRISTMAS, 12, 25),
        fixed(BOXING, 12, 26));
  }

  private static List<HolidayRule> mexico() {
    return List.of(
        fixed(NEW_YEAR, 1, 1),
        nth("Constitution Day", 1, MONDAY, 2).since(2006),
        nth("Benito Juárez's Birthday", 3, MONDAY, 3).since(2006),
        fixed(LABOUR, 5, 1),
        fixed("Independence Day", 9, 16),
        nth("Revolution Day", 3, MONDAY, 11).since(2006),
        fixed(CHRISTMAS, 12, 25));
  }

  private static List<HolidayRule> brazil() {
    return List.of(
        fixed(NEW_YEAR, 1, 1),
        easter("Carnival Monday", -48),
        easter("Carnival Tuesday", -47),
        easter("Good Friday", -2),
        fixed("Tiradentes", 4, 21),
        fixed(LABOUR, 5, 1),
        easter("Corpus Christi", 60),
        fixed("Independence Day", 9, 7),
        fixed("Our Lady of Aparecida", 10, 12),
        fixed("All Souls' Day", 11, 2),
        fixed("Republic Day", 11, 15),
        fixed("Black Awareness Day", 11, 20).since(2024),
        fixed(CHRISTMAS, 12, 25));
  }

  /** Holidays of all states. */
  private static List<HolidayRule> australia() {
    return List.of(
        fixed(NEW_YEAR, 1, 1).observed(Substitute.NEXT_WORKDAY),
        fixed("Australia Day", 1, 26).since(1994).observed(Substitute.NEXT_WORKDAY),
        easter("Good Friday", -2),
        easter("Easter Monday", 1),
        fixed("Anzac Day", 4, 25),
        once("National Day of Mourning", 2022, 9, 22),
        fixed(CHRISTMAS, 12, 25).observed(Substitute.NEXT_WORKDAY),
        fixed(BOXING, 12, 26).observed(Substitute.NEXT_WORKDAY));
  }

  /** Holidays Act 2003; Matariki follows a published list and is left out. */
  private static List<HolidayRule> newZealand() {
    return List.of(
        fixed(NEW_YEAR, 1, 1).observed(Substitute.NEXT_WORKDAY),
        fixed("Day after New Year's Day", 1, 2).observed(Substitute.NEXT_WORKDAY),
        fixed("Waitangi Day", 2, 6).until(2013),
        fixed("Waitangi Day", 2, 6).since(2014).observed(Substitute.NEXT_WORKDAY),
        easter("Good Friday", -2),
        easter("Easter Monday", 1),
        fixed("Anzac Day", 4, 25).until(2013),
        fixed("Anzac Day", 4, 25).since(2014).observed(Substitute.NEXT_WORKDAY),
        nth("King's Birthday", 1, MONDAY, 6),
        nth(LABOUR, 4, MONDAY, 10),
        fixed(CHRISTMAS, 12, 25).observed(Substitute.NEXT_WORKDAY),
        fixed(BOXING, 12, 26).observed(Substitute.NEXT_WORKDAY));
  }

  /** Act on National Holidays (1948) as amended. */
  private static List<HolidayRule> japan() {
    return substituted(
        Substitute.SUNDAY_TO_NEXT_WORKDAY,
        fixed(NEW_YEAR, 1, 1),
        nth("Coming of Age Day", 2, MONDAY, 1).since(2000),
        fixed("Foundation Day", 2, 11).since(1967),
        fixed("Emperor's Birthday", 2, 23).since(2020),
        computed("Vernal Equinox Day", year -> equinox(year, 3, 20.8431)),
        fixed("Showa Day", 4, 29),
        fixed("Constitution Day", 5, 3),
        fixed("Greenery Day", 5, 4).since(1988),
        fixed("Children's Day", 5, 5),
        nth("Marine Day", 3, MONDAY, 7).since(2003).except(2020, 2021),
        once("Marine Day", 2020, 7, 23),
        once("Marine Day", 2021, 7, 22),
        fixed("Mountain Day", 8, 11).since(2016).except(2020, 2021),
        once("Mountain Day", 2020, 8, 10),
        once("Mountain Day", 2021, 8, 8),
        nth("Respect for the Aged Day", 3, MONDAY, 9).since(2003),
        computed("Autumnal Equinox Day", year -> equinox(year, 9, 23.2488)),
        nth("Sports Day", 2, MONDAY, 10).since(2000).except(2020, 2021),
        once("Sports Day", 2020, 7, 24),
        once("Sports Day", 2021, 7, 23),
        computed("Citizens' Holiday", year -> equinox(year, 9, 23.2488).minusDays(1))
            .since(2003)
            .when(CountryHolidays::isBetweenHolidays),
        once("Abdication Day", 2019, 4, 30),
        once("Accession Day", 2019, 5, 1),
        once("Citizens' Holiday", 2019, 5, 2),
        once("Enthronement Ceremony", 2019, 10, 22),
        fixed("Culture Day", 11, 3),
        fixed("Labour Thanksgiving Day", 11, 23),
        fixed("Emperor's Birthday", 12, 23).since(1989).until(2018));
  }

  /** Day of an equinox in Japan, 1980 to 2099 (approximation of the National Observatory). */
  private static LocalDate equinox(int year, int month, double day1980) {
    int sinceThen = year - 1980;
    double day = day1980 + 0.242194 * sinceThen - Math.floorDiv(sinceThen, 4);
    return LocalDate.of(year, month, (int) day);
  }

  /** Whether one day only lies between Respect for the Aged Day and the equinox. */
  private static boolean isBetweenHolidays(int year) {
    LocalDate equinox = equinox(year, 9, 23.2488);
    return equinox.minusDays(2).equals(nth("", 3, MONDAY, 9).day().apply(year));
  }

  /** All the rules with the same kind of substitute. */
  static List<HolidayRule> substituted(Substitute substitute, HolidayRule... rules) {
    var all = new ArrayList<HolidayRule>();
    for (HolidayRule rule : rules) {
      all.add(rule.observed(substitute));
    }
    return List.copyOf(all);
  }

  private static SortedMap<String, String> zones() {
    var zones = new TreeMap<String, String>();
    put(zones, "AT", "Europe/Vienna");
    put(zones, "AU", "Australia/Sydney", "Australia/Melbourne", "Australia/Brisbane");
    put(zones, "AU", "Australia/Perth", "Australia/Adelaide", "Australia/Hobart");
    put(zones, "AU", "Australia/Darwin");
    put(zones, "BE", "Europe/Brussels");
    put(zones, "BR", "America/Sao_Paulo", "America/Bahia", "America/Fortaleza", "America/Manaus");
    put(zones, "CA", "America/Toronto", "America/Vancouver", "America/Edmonton");
    put(zones, "CA", "America/Winnipeg", "America/Halifax", "America/St_Johns", "America/Regina");
    put(zones, "CH", "Europe/Zurich");
    put(zones, "DE", "Europe/Berlin");
    put(zones, "DK", "Europe/Copenhagen");
    put(zones, "ES", "Europe/Madrid", "Atlantic/Canary");
    put(zones, "FI", "Europe/Helsinki");
    put(zones, "FR", "Europe/Paris");
    put(zones, "GB", "Europe/London");
    put(zones, "IE", "Europe/Dublin");
    put(zones, "IT", "Europe/Rome");
    put(zones, "JP", "Asia/Tokyo");
    put(zones, "MX", "America/Mexico_City", "America/Monterrey", "America/Tijuana");
    put(zones, "NL", "Europe/Amsterdam");
    put(zones, "NO", "Europe/Oslo");
    put(zones, "NZ", "Pacific/Auckland");
    put(zones, "PL", "Europe/Warsaw");
    put(zones, "PT", "Europe/Lisbon", "Atlantic/Madeira", "Atlantic/Azores");
    put(zones, "SE", "Europe/Stockholm");
    put(zones, "US", "America/New_York", "America/Chicago", "America/Denver");
    put(zones, "US", "America/Los_Angeles", "America/Phoenix", "America/Detroit");
    put(zones, "US", "America/Anchorage", "Pacific/Honolulu");
    return zones;
  }

  private static void put(SortedMap<String, String> zones, String country, String... ids) {
    for (String id : ids) {
      zones.put(id, country);
    }
  }
}
