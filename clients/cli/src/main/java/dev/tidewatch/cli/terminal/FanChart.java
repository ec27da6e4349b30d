package dev.tidewatch.cli.terminal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A forecast in a few lines: the past, then the expected course inside its interval. */
public final class FanChart {
  private static final int LABEL_WIDTH = 10;

  private FanChart() {}

  /**
   * Draws the chart; the newest part of the past is shown where not all fits.
   *
   * @param past values before the origin, oldest first; NaN where missing
   * @param mean one per step
   * @param lower one per step, or empty
   * @param upper as many as {@code lower}
   * @param rows height of the chart, at least 2
   * @param widthMax of the chart with its labels
   */
  public static List<String> lines(
      double[] past, double[] mean, double[] lower, double[] upper, int rows, int widthMax) {
    int width = Math.max(widthMax - LABEL_WIDTH - 2, 8);
    int future = Math.min(mean.length, Math.max(width * 2 / 3, 4));
    double[] means = Sparkline.shrink(mean, future);
    double[] lows = lower.length == 0 ? means : Sparkline.shrink(lower, future);
    double[] highs = upper.length == 0 ? means : Sparkline.shrink(upper, future);
    int before = Math.min(past.length, width - means.length);
    double[] recent = Arrays.copyOfRange(past, past.length - before, past.length);

    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (double[] values : List.of(recent, means, lows, highs)) {
      for (double value : values) {
        if (!Double.isNaN(value)) {
          low = Math.min(low, value);
          high = Math.max(high, value);
        }
      }
    }
    char[][] cells = new char[rows][before + 1 + means.length];
    for (char[] row : cells) {
      Arrays.fill(row, ' ');
      row[before] = '┊';
    }
    for (int i = 0; i < before; i++) {
      if (!Double.isNaN(recent[i])) {
        cells[row(recent[i], low, high, rows)][i] = '•';
      }
    }
    for (int i = 0; i < means.length; i++) {
      int top = row(highs[i], low, high, rows);
      int bottom = row(lows[i], low, high, rows);
      for (int r = top; r <= bottom; r++) {
        cells[r][before + 1 + i] = '░';
      }
      cells[row(means[i], low, high, rows)][before + 1 + i] = '●';
    }
    List<String> lines = new ArrayList<>();
    for (int r = 0; r < rows; r++) {
      String label = r == 0 ? Numbers.compact(high) : r == rows - 1 ? Numbers.compact(low) : "";
      lines.add(
          (" ".repeat(Math.max(LABEL_WIDTH - label.length(), 0))
                  + label
                  + " ┤"
                  + new String(cells[r]))
              .stripTrailing());
    }
    return lines;
  }

  private static int row(double value, double low, double high, int rows) {
    if (high <= low) {
      return rows / 2;
    }
    int fromBottom = (int) ((value - low) / (high - low) * rows);
    return rows - 1 - Math.min(Math.max(fromBottom, 0), rows - 1);
  }
}
