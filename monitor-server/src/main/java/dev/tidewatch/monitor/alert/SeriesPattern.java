package dev.tidewatch.monitor.alert;

import dev.tidewatch.monitor.TextField;
import java.util.Optional;

/**
 * Exact text or, with a trailing {@code *}, a prefix; empty matches everything.
 *
 * @param text as a person wrote it
 */
public record SeriesPattern(String text) {
  public static final SeriesPattern ALL = new SeriesPattern("");

  public SeriesPattern {
    TextField.require("series_pattern", text, 0, 256);
  }

  public boolean matches(String series) {
    return text.isEmpty() || matches(text, series);
  }

  /** The one series that matches; empty if several may. */
  public Optional<String> exact() {
    return text.isEmpty() || text.endsWith("*") ? Optional.empty() : Optional.of(text);
  }

  /** What every match begins with; empty if the pattern is exact or matches everything. */
  public Optional<String> prefix() {
    return text.endsWith("*") && text.length() > 1
        ? Optional.of(text.substring(0, text.length() - 1))
        : Optional.empty();
  }

  /** True if the value is the pattern or, for one with a trailing {@code *}, begins with it. */
  static boolean matches(String pattern, String value) {
    return pattern.endsWith("*")
        ? value.startsWith(pattern.substring(0, pattern.length() - 1))
        : value.equals(pattern);
  }
}
