package dev.tidewatch.cli.terminal;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Numbers as people read them. */
public final class Numbers {
  private Numbers() {}

  /** The value itself, without trailing zeros or a needless exponent. */
  public static String exact(double value) {
    if (!Double.isFinite(value)) {
      return Double.toString(value);
    }
    double size = Math.abs(value);
    if (size != 0 && (size >= 1e15 || size < 1e-6)) {
      return Double.toString(value);
    }
    String plain = BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    return plain.equals("-0") ? "0" : plain;
  }

  /** Six digits that matter. */
  public static String compact(double value) {
    if (!Double.isFinite(value)) {
      return "–";
    }
    double size = Math.abs(value);
    if (size != 0 && (size >= 1e12 || size < 1e-4)) {
      return String.format(Locale.ROOT, "%.3e", value);
    }
    BigDecimal rounded = BigDecimal.valueOf(value).round(new MathContext(6)).stripTrailingZeros();
    return rounded.signum() == 0 ? "0" : rounded.toPlainString();
  }

  /** With thousands separators. */
  public static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** In the unit that fits: {@code 12.3 MB}. */
  public static String bytes(long value) {
    if (value < 1000) {
      return value + " B";
    }
    double scaled = value;
    String unit = "B";
    for (String larger : new String[] {"kB", "MB", "GB", "TB"}) {
      if (scaled < 1000) {
        break;
      }
      scaled /= 1000;
      unit = larger;
    }
    return String.format(Locale.ROOT, "%.1f %s", scaled, unit);
  }
}
