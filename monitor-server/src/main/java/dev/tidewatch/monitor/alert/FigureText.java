package dev.tidewatch.monitor.alert;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Figures in sentences. */
final class FigureText {
  private static final MathContext DIGITS = new MathContext(4, RoundingMode.HALF_EVEN);

  private FigureText() {}

  /** With four significant digits, such as {@code 23.41} or {@code 1.2E+9}. */
  static String of(double value) {
    if (!Double.isFinite(value)) {
      return Double.toString(value);
    }
    BigDecimal rounded = new BigDecimal(value).round(DIGITS).stripTrailingZeros();
    double size = Math.abs(value);
    return size != 0 && (size < 1e-4 || size >= 1e9) ? rounded.toString() : rounded.toPlainString();
  }
}
