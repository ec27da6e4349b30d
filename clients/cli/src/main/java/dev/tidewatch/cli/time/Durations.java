package dev.tidewatch.cli.time;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Durations as people write them: {@code 90s}, {@code 24h}, {@code 1d12h}, {@code PT15M}. */
public final class Durations {
  private static final Pattern PART = Pattern.compile("(\\d+(?:\\.\\d+)?)(ms|s|m|h|d|w)");

  private Durations() {}

  /**
   * @throws IllegalArgumentException if the text is no duration, or a negative one
   */
  public static Duration parse(String raw) {
    String text = raw.strip();
    if (text.startsWith("P") || text.startsWith("p")) {
      try {
        Duration duration = Duration.parse(text);
        if (!duration.isNegative()) {
          return duration;
        }
      } catch (DateTimeException e) {
        throw refused(raw, e);
      }
      throw refused(raw, null);
    }
    Matcher part = PART.matcher(text.toLowerCase(Locale.ROOT));
    Duration sum = Duration.ZERO;
    int end = 0;
    while (part.find() && part.start() == end) {
      double amount = Double.parseDouble(part.group(1));
      sum = sum.plusMillis(Math.round(amount * unitMillis(part.group(2))));
      end = part.end();
    }
    if (end == 0 || end != text.length()) {
      throw refused(raw, null);
    }
    return sum;
  }

  private static long unitMillis(String unit) {
    return switch (unit) {
      case "ms" -> 1;
      case "s" -> 1_000;
      case "m" -> 60_000;
      case "h" -> 3_600_000;
      case "d" -> 86_400_000;
      default -> 604_800_000;
    };
  }

  private static IllegalArgumentException refused(String text, @Nullable Throwable cause) {
    return new IllegalArgumentException(
        "'" + text + "' is not a duration; write it like 90s, 15m, 24h, 7d or 1d12h", cause);
  }

  /** The two largest units: {@code 1d 4h}, {@code 3m 20s}, {@code 0.4s}. */
  public static String format(Duration duration) {
    long millis = duration.toMillis();
    if (millis < 0) {
      return "-" + format(duration.negated());
    }
    if (millis < 1_000) {
      return millis == 0 ? "0s" : String.format(Locale.ROOT, "%.2gs", millis / 1_000.0);
    }
    long seconds = duration.toSeconds();
    if (seconds < 60) {
      return seconds + "s";
    }
    if (seconds < 3_600) {
      return two(seconds / 60, "m", seconds % 60, "s");
    }
    if (seconds < 86_400) {
      return two(seconds / 3_600, "h", seconds % 3_600 / 60, "m");
    }
    return two(seconds / 86_400, "d", seconds % 86_400 / 3_600, "h");
  }

  private static String two(long large, String largeUnit, long small, String smallUnit) {
    return small == 0 ? large + largeUnit : large + largeUnit + " " + small + smallUnit;
  }
}
