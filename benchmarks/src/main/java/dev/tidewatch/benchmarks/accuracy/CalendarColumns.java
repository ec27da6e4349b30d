package dev.tidewatch.benchmarks.accuracy;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * When the first row of an hourly file is. From a time column; else from columns {@code hour} (1 to
 * 24, the hour that ends then) and {@code day_type} (1 Monday to 7 Sunday), and {@code month} where
 * it is there: the first date from 2000 on that fits them all; else 1970-01-01.
 */
final class CalendarColumns {
  private static final LocalDateTime SEARCH_FROM = LocalDateTime.of(2000, 1, 1, 0, 0);
  private static final int SEARCH_DAYS = 366 * 29;
  private static final int ROWS_COMPARED = 1_000;
  private static final int HOURS_A_DAY = 24;

  private CalendarColumns() {}

  static Instant start(CsvTable table) throws IOException {
    Optional<Integer> time = table.timeColumn();
    if (time.isPresent()) {
      return CsvTable.time(table.rows().getFirst().get(time.get())).orElseThrow();
    }
    int hour = table.columns().indexOf("hour");
    int weekday = table.columns().indexOf("day_type");
    int month = table.columns().indexOf("month");
    if (hour < 0 || weekday < 0 || table.rows().isEmpty()) {
      return Instant.EPOCH;
    }
    double[] hours = table.numbers(hour);
    double[] weekdays = table.numbers(weekday);
    double[] months = month < 0 ? new double[0] : table.numbers(month);
    LocalDateTime first = SEARCH_FROM.plusHours(Math.floorMod((long) hours[0] - 1, HOURS_A_DAY));
    for (int day = 0; day < SEARCH_DAYS; day++) {
      if (fits(first.plusDays(day), hours, weekdays, months)) {
        return first.plusDays(day).toInstant(ZoneOffset.UTC);
      }
    }
    return Instant.EPOCH;
  }

  private static boolean fits(
      LocalDateTime first, double[] hours, double[] weekdays, double[] months) {
    int rows = Math.min(ROWS_COMPARED, hours.length);
    for (int row = 0; row < rows; row++) {
      LocalDateTime at = first.plus(Duration.ofHours(row));
      boolean same =
          at.getHour() == (int) hours[row] - 1
              && at.getDayOfWeek().getValue() == (int) weekdays[row]
              && (months.length == 0 || at.getMonthValue() == (int) months[row]);
      if (!same) {
        return false;
      }
    }
    return true;
  }
}
