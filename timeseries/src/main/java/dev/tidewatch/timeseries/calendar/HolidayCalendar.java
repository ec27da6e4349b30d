package dev.tidewatch.timeseries.calendar;

import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Public holidays of one or several countries, computed by rule for every year from {@value
 * #YEAR_MIN} to {@value #YEAR_MAX}; other years have none. Only holidays of the whole country, by
 * the rules in force since about 1990; a day that falls on a weekend and is made up for has both
 * the day itself and its substitute. Countries whose holidays follow the moon or are proclaimed
 * each year are not among them. Immutable and thread-safe.
 */
public final class HolidayCalendar {
  public static final int YEAR_MIN = 1900;
  public static final int YEAR_MAX = 2199;
  public static final HolidayCalendar NONE = new HolidayCalendar("none", List.of());

  private final String code;
  private final List<List<HolidayRule>> countries;
  private final Map<Integer, NavigableMap<LocalDate, String>> years = new ConcurrentHashMap<>();

  private HolidayCalendar(String code, List<List<HolidayRule>> countries) {
    this.code = code;
    this.countries = countries;
  }

  /**
   * @param codes ISO 3166 codes of countries, separated by commas, such as {@code US} or {@code
   *     DE,AT}; {@code none} for no holidays
   * @throws IllegalArgumentException for a country without rules here; the message lists those with
   */
  public static HolidayCalendar of(String codes) {
    String text = codes.strip().toUpperCase(Locale.ROOT);
    if (text.equals("NONE")) {
      return NONE;
    }
    var names = new TreeSet<String>();
    for (String name : text.split(",", -1)) {
      names.add(name.strip());
    }
    var rules = new ArrayList<List<HolidayRule>>();
    for (String name : names) {
      List<HolidayRule> ofCountry = CountryHolidays.RULES.get(name);
      if (ofCountry == null) {
        throw new IllegalArgumentException(
            "no holidays are known of country '%s'; it must be none or some of %s"
                .formatted(name, String.join(", ", CountryHolidays.RULES.keySet())));
      }
      rules.add(ofCountry);
    }
    return new HolidayCalendar(String.join(",", names), List.copyOf(rules));
  }

  /** Of the country whose time the zone is; {@link #NONE} for UTC and zones of other countries. */
  public static HolidayCalendar ofZone(ZoneId zone) {
    String country = CountryHolidays.ZONES.get(zone.getId());
    return country == null ? NONE : of(country);
  }

  /** Codes of the countries that {@link #of} knows. */
  public static SortedSet<String> countryCodes() {
    return Collections.unmodifiableSortedSet(new TreeSet<>(CountryHolidays.RULES.keySet()));
  }

  /**
   * What {@link #of} makes an equal calendar from: codes in alphabetical order, or {@code none}.
   */
  public String code() {
    return code;
  }

  public boolean isHoliday(LocalDate date) {
    return ofYear(date.getYear()).containsKey(date);
  }

  /** Name of the holiday on a date; several names on one date are joined by {@code " / "}. */
  public Optional<String> nameOf(LocalDate date) {
    return Optional.ofNullable(ofYear(date.getYear()).get(date));
  }

  /** Holidays of a year by date. */
  public List<Holiday> holidaysOf(int year) {
    return ofYear(year).entrySet().stream()
        .map(day -> new Holiday(day.getKey(), day.getValue()))
        .toList();
  }

  private NavigableMap<LocalDate, String> ofYear(int year) {
    if (countries.isEmpty() || year < YEAR_MIN || year > YEAR_MAX) {
      return Collections.emptyNavigableMap();
    }
    return years.computeIfAbsent(year, this::compute);
  }

  private NavigableMap<LocalDate, String> compute(int year) {
    var days = new TreeMap<LocalDate, TreeSet<String>>();
    for (List<HolidayRule> rules : countries) {
      for (Holiday holiday : around(rules, year)) {
        if (holiday.date().getYear() == year) {
          days.computeIfAbsent(holiday.date(), date -> new TreeSet<>()).add(holiday.name());
        }
      }
    }
    var names = new TreeMap<LocalDate, String>();
    days.forEach((date, on) -> names.put(date, String.join(" / ", on)));
    return Collections.unmodifiableNavigableMap(names);
  }

  /** A country's holidays of a year and its neighbours, into which substitutes may move. */
  private static List<Holiday> around(List<HolidayRule> rules, int year) {
    var holidays = new ArrayList<Holiday>();
    var taken = new HashSet<LocalDate>();
    for (int near = year - 1; near <= year + 1; near++) {
      for (HolidayRule rule : rules) {
        if (rule.applies().test(near)) {
          LocalDate date = rule.day().apply(near);
          holidays.add(new Holiday(date, rule.name()));
          taken.add(date);
        }
      }
    }
    for (int near = year - 1; near <= year + 1; near++) {
      for (HolidayRule rule : rules) {
        if (rule.applies().test(near)) {
          LocalDate date = rule.day().apply(near);
          LocalDate observed = rule.substitute().of(date, taken);
          if (!observed.equals(date)) {
            holidays.add(new Holiday(observed, rule.name() + Holiday.OBSERVED));
            taken.add(observed);
          }
        }
      }
    }
    return holidays;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof HolidayCalendar that && code.equals(that.code);
  }

  @Override
  public int hashCode() {
    return code.hashCode();
  }

  @Override
  public String toString() {
    return "holidays of " + code;
  }
}
