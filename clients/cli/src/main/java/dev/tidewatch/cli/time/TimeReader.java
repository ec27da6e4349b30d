package dev.tidewatch.cli.time;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;

/**
 * Turns the texts of a time column into microseconds since 1970 UTC.
 *
 * <p>Understands {@code 2024-03-01}, {@code 2024-03-01 10:30}, {@code 2024-03-01T10:30:15.25},
 * {@code 2024/03/01 10:30:15}, each followed by nothing, {@code Z}, {@code UTC}, {@code +02},
 * {@code +0200} or {@code +02:00}; and epochs in seconds (with decimals), milliseconds,
 * microseconds or nanoseconds. A time without a zone is local to the zone given here; one that a
 * daylight saving change skips is refused, one that it repeats means the first of the two.
 *
 * <p>Not thread-safe: remembers the offset of the last local quarter of an hour.
 */
public final class TimeReader {
  private static final long MICROS_A_SECOND = 1_000_000;

  /** Epochs of smaller size than each bound count as seconds, milliseconds, microseconds. */
  private static final long SECONDS_BELOW = 100_000_000_000L;

  private static final long MILLIS_BELOW = 100_000_000_000_000L;
  private static final long MICROS_BELOW = 100_000_000_000_000_000L;

  private final TimeFormat format;
  private final ZoneId zone;
  private long cachedLocalQuarter = Long.MIN_VALUE;
  private int cachedOffsetSeconds;

  private String text = "";
  private int at;

  /**
   * @param zone of the times that name none
   */
  public TimeReader(TimeFormat format, ZoneId zone) {
    this.format = format;
    this.zone = zone;
  }

  /**
   * @throws IllegalArgumentException saying what is wrong with the text
   */
  public long micros(String raw) {
    text = raw.strip();
    at = 0;
    if (text.isEmpty()) {
      throw refused("is empty");
    }
    boolean epoch =
        switch (format) {
          case AUTO -> looksLikeEpoch();
          case ISO -> false;
          case EPOCH_S, EPOCH_MS, EPOCH_US, EPOCH_NS -> true;
        };
    try {
      return epoch ? epochMicros() : isoMicros();
    } catch (ArithmeticException e) {
      throw refused("is out of range");
    }
  }

  private boolean looksLikeEpoch() {
    int from = text.charAt(0) == '-' ? 1 : 0;
    if (from == text.length()) {
      return false;
    }
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && c != '.') {
        return false;
      }
    }
    return true;
  }

  private long epochMicros() {
    BigDecimal number;
    try {
      number = new BigDecimal(text);
    } catch (NumberFormatException e) {
      throw refused("is not a number, but the format is " + format);
    }
    BigDecimal micros =
        switch (format == TimeFormat.AUTO ? unitBySize(number) : format) {
          case EPOCH_NS -> number.movePointLeft(3);
          case EPOCH_US -> number;
          case EPOCH_MS -> number.movePointRight(3);
          default -> number.movePointRight(6);
        };
    try {
      return micros.longValueExact();
    } catch (ArithmeticException e) {
      throw refused("is finer than a microsecond, or out of range");
    }
  }

  private static TimeFormat unitBySize(BigDecimal number) {
    BigDecimal size = number.abs();
    if (size.compareTo(BigDecimal.valueOf(SECONDS_BELOW)) < 0) {
      return TimeFormat.EPOCH_S;
    }
    if (size.compareTo(BigDecimal.valueOf(MILLIS_BELOW)) < 0) {
      return TimeFormat.EPOCH_MS;
    }
    return size.compareTo(BigDecimal.valueOf(MICROS_BELOW)) < 0
        ? TimeFormat.EPOCH_US
        : TimeFormat.EPOCH_NS;
  }

  private long isoMicros() {
    int year = digits(4, "a year of four digits");
    char dash = expectOneOf("-/");
    int month = digits(2, "a month of two digits");
    expectOneOf(String.valueOf(dash));
    int day = digits(2, "a day of two digits");
    int hour = 0;
    int minute = 0;
    int second = 0;
    long fractionMicros = 0;
    if (at < text.length()
        && (text.charAt(at) == 'T' || text.charAt(at) == ' ')
        && digitFollows()) {
      at++;
      hour = digits(2, "an hour of two digits");
      expectOneOf(":");
      minute = digits(2, "a minute of two digits");
      if (at < text.length() && text.charAt(at) == ':') {
        at++;
        second = digits(2, "a second of two digits");
        fractionMicros = fraction();
      }
    }
    if (hour > 23 || minute > 59 || second > 59) {
      throw refused("has no such time of day");
    }
    long epochDay;
    try {
      epochDay = LocalDate.of(year, month, day).toEpochDay();
    } catch (DateTimeException e) {
      throw refused("has no such day: " + e.getMessage());
    }
    long localSeconds = epochDay * 86_400 + hour * 3_600L + minute * 60L + second;
    long offsetSeconds = offsetSeconds(localSeconds);
    return (localSeconds - offsetSeconds) * MICROS_A_SECOND + fractionMicros;
  }

  private boolean digitFollows() {
    return at + 1 < text.length() && Character.isDigit(text.charAt(at + 1));
  }

  private long fraction() {
    if (at >= text.length() || (text.charAt(at) != '.' && text.charAt(at) != ',')) {
      return 0;
    }
    at++;
    long micros = 0;
    int count = 0;
    while (at < text.length() && Character.isDigit(text.charAt(at))) {
      int digit = text.charAt(at++) - '0';
      if (++count <= 6) {
        micros = micros * 10 + digit;
      } else if (digit != 0) {
        throw refused("is finer than a microsecond");
      }
    }
    if (count == 0) {
      throw refused("has a point without decimals");
    }
    for (int i = count; i < 6; i++) {
      micros *= 10;
    }
    return micros;
  }

  private long offsetSeconds(long localSeconds) {
    while (at < text.length() && text.charAt(at) == ' ') {
      at++;
    }
    if (at == text.length()) {
      return localOffsetSeconds(localSeconds);
    }
    String rest = text.substring(at);
    if (rest.equalsIgnoreCase("Z") || rest.equals("UTC") || rest.equals("GMT")) {
      return 0;
    }
    try {
      return ZoneOffset.of(rest).getTotalSeconds();
    } catch (DateTimeException e) {
      throw refused("ends in '" + rest + "', which is no offset such as Z or +02:00");
    }
  }

  /**
   * Zones change their offset at whole minutes, so one lookup serves a local quarter of an hour.
   */
  private int localOffsetSeconds(long localSeconds) {
    long quarter = Math.floorDiv(localSeconds, 900);
    if (quarter != cachedLocalQuarter) {
      LocalDateTime local = LocalDateTime.ofEpochSecond(localSeconds, 0, ZoneOffset.UTC);
      List<ZoneOffset> offsets = zone.getRules().getValidOffsets(local);
      if (offsets.isEmpty()) {
        throw refused("does not exist in " + zone + ": the clock was put forward past it");
      }
      cachedOffsetSeconds = offsets.getFirst().getTotalSeconds();
      cachedLocalQuarter = quarter;
    }
    return cachedOffsetSeconds;
  }

  private int digits(int count, String what) {
    int value = 0;
    for (int i = 0; i < count; i++, at++) {
      char c = at < text.length() ? text.charAt(at) : ' ';
      if (c < '0' || c > '9') {
        throw refused("lacks " + what + ", as in 2024-03-01 10:30:00");
      }
      value = value * 10 + (c - '0');
    }
    return value;
  }

  private char expectOneOf(String wanted) {
    if (at >= text.length() || wanted.indexOf(text.charAt(at)) < 0) {
      throw refused("is not written like 2024-03-01 10:30:00");
    }
    return text.charAt(at++);
  }

  private IllegalArgumentException refused(String why) {
    return new IllegalArgumentException("time '" + text + "' " + why);
  }
}
