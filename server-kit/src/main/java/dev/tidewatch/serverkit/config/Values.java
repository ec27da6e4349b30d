package dev.tidewatch.serverkit.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Turns the text of a setting into its type. */
final class Values {
  private static final Pattern DURATION =
      Pattern.compile("(\\d{1,12}(?:\\.\\d{1,9})?)\\s*(ms|s|m|h|d)");

  private Values() {}

  static boolean isScalar(Class<?> type) {
    return type.isEnum()
        || type == String.class
        || type == Secret.class
        || type == int.class
        || type == Integer.class
        || type == long.class
        || type == Long.class
        || type == double.class
        || type == Double.class
        || type == boolean.class
        || type == Boolean.class
        || type == Duration.class
        || type == Instant.class
        || type == ByteSize.class
        || type == Path.class
        || type == URI.class;
  }

  /**
   * Reads one value.
   *
   * @throws IllegalArgumentException when the text has not the form that {@link #expected} tells
   */
  static Object parse(Class<?> type, String text) {
    String stripped = text.strip();
    if (type == String.class) {
      return text;
    }
    if (type == Secret.class) {
      return new Secret(text);
    }
    if (stripped.isEmpty()) {
      throw new IllegalArgumentException("empty");
    }
    if (type == int.class || type == Integer.class) {
      return Integer.parseInt(stripped.replace("_", ""));
    }
    if (type == long.class || type == Long.class) {
      return Long.parseLong(stripped.replace("_", ""));
    }
    if (type == double.class || type == Double.class) {
      double value = Double.parseDouble(stripped);
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException("not finite");
      }
      return value;
    }
    if (type == boolean.class || type == Boolean.class) {
      return switch (stripped.toLowerCase(Locale.ROOT)) {
        case "true" -> true;
        case "false" -> false;
        default -> throw new IllegalArgumentException("not a boolean");
      };
    }
    if (type == Duration.class) {
      return duration(stripped);
    }
    if (type == Instant.class) {
      return Instant.parse(stripped);
    }
    if (type == ByteSize.class) {
      return ByteSize.parse(stripped);
    }
    if (type == Path.class) {
      return Path.of(stripped);
    }
    if (type == URI.class) {
      return URI.create(stripped);
    }
    if (type.isEnum()) {
      return Arrays.stream(type.getEnumConstants())
          .filter(constant -> enumText(constant).equalsIgnoreCase(stripped.replace('_', '-')))
          .findFirst()
          .orElseThrow(() -> new IllegalArgumentException("not one of them"));
    }
    throw new IllegalArgumentException("no configuration type: " + type);
  }

  /** What the text should look like, for an error or the reference. */
  static String expected(Class<?> type) {
    if (type.isEnum()) {
      return "one of "
          + Arrays.stream(type.getEnumConstants())
              .map(Values::enumText)
              .collect(Collectors.joining(", "));
    }
    return switch (type.getSimpleName()) {
      case "int", "Integer", "long", "Long" -> "a whole number";
      case "double", "Double" -> "a number";
      case "boolean", "Boolean" -> "true or false";
      case "Duration" -> "a duration such as 500ms, 10s, 2h, 7d or PT1M";
      case "Instant" -> "a time such as 2024-05-01T00:00:00Z";
      case "ByteSize" -> "a size such as 64KiB, 16MiB or 2GiB";
      case "Path" -> "a path";
      case "URI" -> "a URI";
      default -> "text";
    };
  }

  private static String enumText(Object constant) {
    return ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static Duration duration(String text) {
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      return Duration.parse(text);
    }
    double unitNanos =
        switch (matcher.group(2)) {
          case "ms" -> 1e6;
          case "s" -> 1e9;
          case "m" -> 60e9;
          case "h" -> 3_600e9;
          default -> 86_400e9;
        };
    return Duration.ofNanos(Math.round(Double.parseDouble(matcher.group(1)) * unitNanos));
  }
}
