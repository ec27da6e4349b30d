package dev.tidewatch.timeseries.calendar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class HolidayCalendarTest {
  private static List<String> dates(String country, int year) {
    return HolidayCalendar.of(country).holidaysOf(year).stream()
        .map(holiday -> holiday.date().toString().substring(5))
        .toList();
  }

  /** Dates of Easter from the table of the U.S. Census Bureau, extremes included. */
  @Test
  void easterAgreesWithTheCensusTable() {
    for (String date :
        List.of(
            "1900-04-15",
            "1913-03-23",
            "1943-04-25",
            "1954-04-18",
            "1961-04-02",
            "1981-04-19",
            "2000-04-23",
            "2008-03-23",
            "2011-04-24",
            "2016-03-27",
            "2019-04-21",
            "2024-03-31",
            "2025-04-20",
            "2026-04-05",
            "2038-04-25",
            "2049-04-18",
            "2076-04-19",
            "2099-04-12")) {
      LocalDate expected = LocalDate.parse(date);
      assertThat(Easter.of(expected.getYear())).isEqualTo(expected);
    }
  }

  /** The federal holidays of 2021 and 2022 as the Office of Personnel Management lists them. */
  @Test
  void unitedStatesAgreeWithTheFederalList() {
    assertThat(dates("US", 2021))
        .containsExactly(
            "01-01", "01-18", "02-15", "05-31", "06-18", "06-19", "07-04", "07-05", "09-06",
            "10-11", "11-11", "11-25", "12-24", "12-25", "12-31");
    assertThat(dates("US", 2022))
        .containsExactly(
            "01-01", "01-17", "02-21", "05-30", "06-19", "06-20", "07-04", "09-05", "10-10",
            "11-11", "11-24", "12-25", "12-26");
    assertThat(HolidayCalendar.of("US").nameOf(LocalDate.parse("2021-12-31")))
        .contains("New Year's Day (observed)");
  }

  /** Bank holidays of England and Wales on gov.uk: substitutes, moved and single ones. */
  @Test
  void englandAgreesWithTheBankHolidays() {
    assertThat(dates("GB", 2020))
        .containsExactly(
            "01-01", "04-10", "04-13", "05-08", "05-25", "08-31", "12-25", "12-26", "12-28");
    assertThat(dates("GB", 2021))
        .containsExactly(
            "01-01", "04-02", "04-05", "05-03", "05-31", "08-30", "12-25", "12-26", "12-27",
            "12-28");
    assertThat(dates("GB", 2022))
        .containsExactly(
            "01-01", "01-03", "04-15", "04-18", "05-02", "06-02", "06-03", "08-29", "09-19",
            "12-25", "12-26", "12-27");
  }

  /** Feiertage 2024, those of all sixteen states. */
  @Test
  void germanyHasItsNineHolidays() {
    assertThat(dates("DE", 2024))
        .containsExactly(
            "01-01", "03-29", "04-01", "05-01", "05-09", "05-20", "10-03", "12-25", "12-26");
  }

  /** The Cabinet Office's lists for 2021, with its moved days, and 2024 and 2026. */
  @Test
  void japanAgreesWithTheCabinetOffice() {
    assertThat(dates("JP", 2021))
        .containsExactly(
            "01-01", "01-11", "02-11", "02-23", "03-20", "04-29", "05-03", "05-04", "05-05",
            "07-22", "07-23", "08-08", "08-09", "09-20", "09-23", "11-03", "11-23");
    assertThat(dates("JP", 2024))
        .containsExactly(
            "01-01", "01-08", "02-11", "02-12", "02-23", "03-20", "04-29", "05-03", "05-04",
            "05-05", "05-06", "07-15", "08-11", "08-12", "09-16", "09-22", "09-23", "10-14",
            "11-03", "11-04", "11-23");
    assertThat(dates("JP", 2026)).contains("05-06", "09-21", "09-22", "09-23");
  }

  /** Public holidays of Ireland (citizensinformation.ie), Canada and New Zealand on single days. */
  @Test
  void othersAgreeOnTheirSpecialDays() {
    assertThat(dates("IE", 2023)).contains("02-06");
    assertThat(dates("IE", 2030)).contains("02-01").doesNotContain("02-04");
    assertThat(dates("CA", 2023)).contains("05-22", "09-30", "10-02", "10-09");
    assertThat(dates("NZ", 2022)).contains("01-03", "01-04", "02-06", "02-07", "06-06", "10-24");
    assertThat(dates("SE", 2024)).contains("06-06", "06-21", "06-22", "11-02");
    assertThat(dates("NL", 2025)).contains("04-26").doesNotContain("04-27");
    assertThat(dates("BR", 2024)).contains("02-12", "02-13", "05-30", "11-20");
    assertThat(dates("FR", 2023)).contains("04-10", "05-18", "05-29");
  }

  @Test
  void severalCountriesJoin() {
    var both = HolidayCalendar.of("us, ca");
    assertThat(both.code()).isEqualTo("CA,US");
    assertThat(both).isEqualTo(HolidayCalendar.of(both.code()));
    assertThat(both.nameOf(LocalDate.parse("2024-07-01"))).contains("Canada Day");
    assertThat(both.isHoliday(LocalDate.parse("2024-07-04"))).isTrue();
    assertThat(both.isHoliday(LocalDate.parse("2024-07-05"))).isFalse();
    assertThat(both.nameOf(LocalDate.parse("2024-10-14")))
        .contains("Columbus Day / Thanksgiving Day");
  }

  @Test
  void zonesNameTheirCountry() {
    assertThat(HolidayCalendar.ofZone(ZoneId.of("America/New_York")).code()).isEqualTo("US");
    assertThat(HolidayCalendar.ofZone(ZoneId.of("Europe/Berlin")).code()).isEqualTo("DE");
    assertThat(HolidayCalendar.ofZone(ZoneOffset.UTC)).isSameAs(HolidayCalendar.NONE);
    assertThat(HolidayCalendar.NONE.isHoliday(LocalDate.parse("2024-12-25"))).isFalse();
    assertThat(HolidayCalendar.of("none")).isSameAs(HolidayCalendar.NONE);
    CountryHolidays.ZONES.forEach((zone, country) -> {
      assertThat(ZoneId.of(zone).getId()).isEqualTo(zone);
      assertThat(HolidayCalendar.countryCodes()).contains(country);
    });
  }

  @Test
  void everyYearOfEveryCountryIsPossible() {
    for (String country : HolidayCalendar.countryCodes()) {
      var calendar = HolidayCalendar.of(country);
      for (int year = HolidayCalendar.YEAR_MIN; year <= HolidayCalendar.YEAR_MAX; year++) {
        int wanted = year;
        assertThat(calendar.holidaysOf(year))
            .hasSizeBetween(3, 24)
            .isSorted()
            .allMatch(holiday -> holiday.date().getYear() == wanted);
      }
      assertThat(calendar.holidaysOf(1_899)).isEmpty();
    }
  }

  @Test
  void unknownCountriesAreRefused() {
    assertThatThrownBy(() -> HolidayCalendar.of("US,XX"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'XX'")
        .hasMessageContaining("AT, AU");
  }
}
