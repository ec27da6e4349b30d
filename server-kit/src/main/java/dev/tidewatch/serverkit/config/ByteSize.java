package dev.tidewatch.serverkit.config;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of bytes, written like {@code 512}, {@code 64KiB}, {@code 16MiB}, {@code 2GiB}.
 *
 * @param bytes zero or more
 */
public record ByteSize(long bytes) {
  private static final Pattern FORM = Pattern.compile("(\\d{1,18})\\s*(B|KIB|MIB|GIB)?");

  public ByteSize {
    if (bytes < 0) {
      throw new IllegalArgumentException("bytes: " + bytes + ", expected 0 or more");
    }
  }

  /** Reads the written form; the unit is of any case, none means bytes. */
  public static ByteSize parse(String text) {
    Matcher matcher = FORM.matcher(text.strip().toUpperCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new IllegalArgumentException("'" + text + "' is not a size such as 64MiB");
    }
    long unit =
        switch (matcher.group(2)) {
          case "KIB" -> 1L << 10;
          case "MIB" -> 1L << 20;
          case "GIB" -> 1L << 30;
          case null, default -> 1L;
        };
    return new ByteSize(Math.multiplyExact(Long.parseLong(matcher.group(1)), unit));
  }

  public static ByteSize ofMebibytes(long mebibytes) {
    return new ByteSize(Math.multiplyExact(mebibytes, 1L << 20));
  }

  /** For the many interfaces that take an int. */
  public int toIntExact() {
    return Math.toIntExact(bytes);
  }

  @Override
  public String toString() {
    if (bytes > 0 && bytes % (1L << 30) == 0) {
      return (bytes >> 30) + "GiB";
    }
    if (bytes > 0 && bytes % (1L << 20) == 0) {
      return (bytes >> 20) + "MiB";
    }
    return bytes > 0 && bytes % (1L << 10) == 0 ? (bytes >> 10) + "KiB" : bytes + "B";
  }
}
