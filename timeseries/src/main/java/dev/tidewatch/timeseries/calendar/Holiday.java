package dev.tidewatch.timeseries.calendar;

import java.time.LocalDate;

/**
 * One public holiday.
 *
 * @param date local date; a holiday lasts the whole local day
 * @param name in English, the same each year; a substitute day for a holiday that falls on a
 *     weekend has the holiday's name followed by {@value #OBSERVED}
 */
public record Holiday(LocalDate date, String name) implements Comparable<Holiday> {
  static final String OBSERVED = " (observed)";

  public Holiday {
    if (name.isBlank()) {
      throw new IllegalArgumentException("the holiday on %s has no name".formatted(date));
    }
  }

  @Override
  public int compareTo(Holiday other) {
    int byDate = date.compareTo(other.date);
    return byDate != 0 ? byDate : name.compareTo(other.name);
  }
}
