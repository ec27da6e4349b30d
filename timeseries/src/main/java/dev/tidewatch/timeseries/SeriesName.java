package dev.tidewatch.timeseries;

/**
 * The name of a series: {@code /}-separated segments of {@code [A-Za-z0-9_.-]}, such as {@code
 * building-1/ahu-2/supply_air_temperature}. At most {@value #LENGTH_BYTES_MAX} bytes,
 * case-sensitive. Every allowed character is one byte of UTF-8, so length in characters and in
 * bytes agree.
 *
 * @param value the whole name
 */
public record SeriesName(String value) implements Comparable<SeriesName> {
  public static final int LENGTH_BYTES_MAX = 255;

  /**
   * @throws IllegalArgumentException if the value breaks a rule; the message names the rule and the
   *     place
   */
  public SeriesName {
    if (value.isEmpty()) {
      throw new IllegalArgumentException(
          "series name is empty; write segments like building-1/co2");
    }
    if (value.length() > LENGTH_BYTES_MAX) {
      throw new IllegalArgumentException(
          "series name has %d characters; at most %d are allowed"
              .formatted(value.length(), LENGTH_BYTES_MAX));
    }
    int segmentStart = 0;
    for (int at = 0; at <= value.length(); at++) {
      if (at == value.length() || value.charAt(at) == '/') {
        if (at == segmentStart) {
          throw new IllegalArgumentException(
              "series name '%s' has an empty segment at character %d; '/' only separates segments"
                  .formatted(printable(value), at + 1));
        }
        segmentStart = at + 1;
      } else if (!isSegmentCharacter(value.charAt(at))) {
        throw new IllegalArgumentException(
            "series name '%s' has a character that is not allowed at %d (U+%04X); segments consist of A-Z a-z 0-9 _ . -"
                .formatted(printable(value), at + 1, (int) value.charAt(at)));
      }
    }
  }

  private static boolean isSegmentCharacter(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '_'
        || c == '.'
        || c == '-';
  }

  /** Control and non-ASCII characters replaced, so that a message cannot be forged by a name. */
  private static String printable(String text) {
    var out = new StringBuilder(text.length());
    text.chars().forEach(c -> out.append(c >= 0x20 && c < 0x7f ? (char) c : '?'));
    return out.toString();
  }

  @Override
  public int compareTo(SeriesName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
