package dev.tidewatch.monitor.retrain;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A schedule of five fields in UTC: minute, hour, day of the month, month, day of the week. A field
 * is {@code *}, a number, a range {@code 1-5}, a step {@code *}{@code /15} or {@code 9-17/2}, or a
 * list of those; months and days may be named by three letters; Sunday is 0 or 7. As in cron(8) of
 * Vixie, a day matches by either of its fields if both are restricted, and by both if not.
 */
public final class Cron {
  private static final List<String> MONTHS =
      List.of("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC");
  private static final List<String> DAYS = List.of("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT");

  /** 29 February comes within eight years; what does not come within thirty never does. */
  private static final int DAYS_LOOKED_AT = 30 * 366;

  private final String text;
  private final BitSet minutes;
  private final BitSet hours;
  private final BitSet daysOfMonth;
  private final BitSet months;
  private final BitSet daysOfWeek;
  private final boolean eitherDay;

  private Cron(String text, List<String> fields) {
    this.text = text;
    this.minutes = new Field("minute", 0, 59, List.of()).read(fields.get(0));
    this.hours = new Field("hour", 0, 23, List.of()).read(fields.get(1));
    this.daysOfMonth = new Field("day of the month", 1, 31, List.of()).read(fields.get(2));
    this.months = new Field("month", 1, 12, MONTHS).read(fields.get(3));
    this.daysOfWeek = new Field("day of the week", 0, 7, DAYS).read(fields.get(4));
    if (daysOfWeek.get(7)) {
      daysOfWeek.set(0);
    }
    this.eitherDay = !fields.get(2).startsWith("*") && !fields.get(4).startsWith("*");
  }

  /**
   * Reads a schedule.
   *
   * @throws IllegalArgumentException if it is none, or never comes
   */
  public static Cron parse(String text) {
    List<String> fields = List.of(text.strip().split("\\s+"));
    if (fields.size() != 5) {
      throw new IllegalArgumentException(
          "has %d fields; write five: minute, hour, day of the month, month, day of the week"
              .formatted(text.isBlank() ? 0 : fields.size()));
    }
    var cron = new Cron(String.join(" ", fields), fields);
    if (cron.after(Instant.EPOCH).isEmpty()) {
      throw new IllegalArgumentException("never comes; choose a day that the month has");
    }
    return cron;
  }

  /** The first moment after a time; empty if none comes within thirty years. */
  public Optional<Instant> after(Instant time) {
    LocalDateTime from =
        time.atOffset(ZoneOffset.UTC).toLocalDateTime().truncatedTo(ChronoUnit.MINUTES);
    from = from.plusMinutes(1);
    LocalDate day = from.toLocalDate();
    int earliest = from.getHour() * 60 + from.getMinute();
    for (int looked = 0; looked < DAYS_LOOKED_AT; looked++) {
      if (matches(day)) {
        int minute = minuteOfDay(earliest);
        if (minute >= 0) {
          return Optional.of(day.atTime(minute / 60, minute % 60).toInstant(ZoneOffset.UTC));
        }
      }
      day = day.plusDays(1);
      earliest = 0;
    }
    return Optional.empty();
  }

  private boolean matches(LocalDate day) {
    boolean byMonthDay = daysOfMonth.get(day.getDayOfMonth());
    boolean byWeekDay = daysOfWeek.get(day.getDayOfWeek().getValue() % 7);
    return months.get(day.getMonthValue())
        && (eitherDay ? byMonthDay || byWeekDay : byMonthDay && byWeekDay);
  }

  /** The first at or after a minute of the day; -1 for none. */
  private int minuteOfDay(int earliest) {
    for (int hour = hours.nextSetBit(earliest / 60); hour >= 0; hour = hours.nextSetBit(hour + 1)) {
      int minute = minutes.nextSetBit(hour == earliest / 60 ? earliest % 60 : 0);
      if (minute >= 0) {
        return hour * 60 + minute;
      }
    }
    return -1;
  }

  /** The five fields, a space between them. */
  @Override
  public String toString() {
    return text;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Cron cron && cron.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** What may stand in one place. */
  private record Field(String name, int min, int max, List<String> names) {
    BitSet read(String field) {
      var bits = new BitSet(max + 1);
      for (String part : field.split(",", -1)) {
        add(part, bits);
      }
      return bits;
    }

    private void add(String part, BitSet bits) {
      int slash = part.indexOf('/');
      String range = slash < 0 ? part : part.substring(0, slash);
      int step = slash < 0 ? 1 : number(part.substring(slash + 1), part);
      if (step < 1) {
        throw wrong(part);
      }
      int first = min;
      int last = max;
      int dash = range.indexOf('-');
      if (dash > 0) {
        first = value(range.substring(0, dash), part);
        last = value(range.substring(dash + 1), part);
      } else if (!range.equals("*")) {
        first = value(range, part);
        last = slash < 0 ? first : max;
      }
      if (first < min || last > max || first > last) {
        throw wrong(part);
      }
      for (long at = first; at <= last; at += step) {
        bits.set((int) at);
      }
    }

    private int value(String word, String part) {
      int named = names.indexOf(word.toUpperCase(Locale.ROOT));
      return named >= 0 ? named + min : number(word, part);
    }

    private int number(String digits, String part) {
      if (digits.isEmpty()
          || digits.length() > 4
          || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
        throw wrong(part);
      }
      return Integer.parseInt(digits);
    }

    private IllegalArgumentException wrong(String part) {
      return new IllegalArgumentException(
          "has '%s' as %s; write *, %d to %d, a range, a step or a list"
              .formatted(part, name, min, max));
    }
  }
}
