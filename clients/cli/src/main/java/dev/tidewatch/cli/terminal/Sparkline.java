package dev.tidewatch.cli.terminal;

/** A series in one line of eighth blocks. */
public final class Sparkline {
  private static final String BLOCKS = "▁▂▃▄▅▆▇█";

  private Sparkline() {}

  /**
   * Draws values between their own extremes; neighbours are averaged where there are more than fit.
   * A missing value (NaN) is a space.
   */
  public static String of(double[] values, int widthMax) {
    double[] cells = shrink(values, widthMax);
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (double cell : cells) {
      if (!Double.isNaN(cell)) {
        low = Math.min(low, cell);
        high = Math.max(high, cell);
      }
    }
    var line = new StringBuilder(cells.length);
    for (double cell : cells) {
      line.append(Double.isNaN(cell) ? ' ' : block(cell, low, high));
    }
    return line.toString();
  }

  private static char block(double value, double low, double high) {
    if (high <= low) {
      return BLOCKS.charAt(3);
    }
    int level = (int) ((value - low) / (high - low) * BLOCKS.length());
    return BLOCKS.charAt(Math.min(level, BLOCKS.length() - 1));
  }

  /** Averages over equal shares, passing over missing values. */
  static double[] shrink(double[] values, int widthMax) {
    if (values.length <= widthMax) {
      return values;
    }
    double[] cells = new double[widthMax];
    for (int i = 0; i < widthMax; i++) {
      int from = (int) ((long) values.length * i / widthMax);
      int to = (int) ((long) values.length * (i + 1) / widthMax);
      double sum = 0;
      int count = 0;
      for (int k = from; k < to; k++) {
        if (!Double.isNaN(values[k])) {
          sum += values[k];
          count++;
        }
      }
      cells[i] = count == 0 ? Double.NaN : sum / count;
    }
    return cells;
  }
}
