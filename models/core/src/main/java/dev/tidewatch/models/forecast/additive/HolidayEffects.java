package dev.tidewatch.models.forecast.additive;

import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.Times;
import dev.tidewatch.timeseries.calendar.Holiday;
import dev.tidewatch.timeseries.calendar.HolidayCalendar;
import java.time.LocalDate;
import java.util.List;
import java.util.TreeSet;

/**
 * What holidays add: an effect that all share, one of each that was seen, and on grids with several
 * steps a day a shape over the day, which all share, too. An interval longer than a day counts its
 * holidays. Immutable and thread-safe.
 */
final class HolidayEffects {
  private static final int SHAPE_HARMONICS = 3;

  private final Grid grid;
  private final HolidayCalendar calendar;
  private final List<String> names;
  private final int shapeHarmonics;

  /**
   * @param names of the holidays with an effect of their own, in order
   */
  HolidayEffects(Grid grid, HolidayCalendar calendar, List<String> names) {
    this.grid = grid;
    this.calendar = calendar;
    this.names = List.copyOf(names);
    this.shapeHarmonics = Math.min(SHAPE_HARMONICS, grid.stepsPerDay() / 2);
  }

  /** With an effect for each holiday of the calendar that falls into the intervals. */
  static HolidayEffects seen(Grid grid, HolidayCalendar calendar, long firstIndex, long endIndex) {
    LocalDate first = date(grid, firstIndex);
    LocalDate end = date(grid, endIndex);
    var names = new TreeSet<String>();
    for (int year = first.getYear(); year <= end.getYear(); year++) {
      for (Holiday holiday : calendar.holidaysOf(year)) {
        if (!holiday.date().isBefore(first) && holiday.date().isBefore(end)) {
          names.add(holiday.name());
        }
      }
    }
    return new HolidayEffects(grid, calendar, List.copyOf(names));
  }

  private static LocalDate date(Grid grid, long index) {
    return Times.toInstant(grid.startMicros(index)).atZone(grid.zone()).toLocalDate();
  }

  Grid grid() {
    return grid;
  }

  HolidayCalendar calendar() {
    return calendar;
  }

  List<String> names() {
    return names;
  }

  int columns() {
    return names.isEmpty() ? 0 : 1 + names.size() + 2 * shapeHarmonics;
  }

  /** The row's entries are zero before. */
  void fill(long index, double[] row, int from) {
    if (names.isEmpty()) {
      return;
    }
    LocalDate day = date(grid, index);
    LocalDate end = date(grid, index + 1);
    boolean holiday = false;
    do {
      String name = calendar.nameOf(day).orElse("");
      if (!name.isEmpty()) {
        holiday = true;
        row[from]++;
        int own = names.indexOf(name);
        if (own >= 0) {
          row[from + 1 + own]++;
        }
      }
      day = day.plusDays(1);
    } while (day.isBefore(end));
    if (holiday && shapeHarmonics > 0) {
      int at = from + 1 + names.size();
      double angle = 2 * Math.PI * Math.floorMod(index, grid.stepsPerDay()) / grid.stepsPerDay();
      for (int harmonic = 1; harmonic <= shapeHarmonics; harmonic++) {
        row[at++] = Math.sin(harmonic * angle);
        row[at++] = Math.cos(harmonic * angle);
      }
    }
  }
}
