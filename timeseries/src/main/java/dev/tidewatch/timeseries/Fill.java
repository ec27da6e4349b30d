package dev.tidewatch.timeseries;

import java.util.Arrays;

/**
 * What stands in a grid interval that has no reading. Intervals before the first value always stay
 * missing.
 */
public enum Fill {
  /** Nothing: the value is missing ({@code NaN}). */
  NONE,
  /** The value of the nearest earlier interval that has one. */
  PREVIOUS,
  /**
   * A straight line between the neighbours that have values; a gap that touches an end stays
   * missing.
   */
  LINEAR;

  /**
   * Fills runs of {@code NaN} in place.
   *
   * @param runMax longest run that is filled; a longer one stays missing entirely; 0 means no limit
   */
  public void apply(double[] values, int runMax) {
    if (this == NONE) {
      return;
    }
    int at = 0;
    while (at < values.length) {
      if (!Double.isNaN(values[at])) {
        at++;
        continue;
      }
      int end = at;
      while (end < values.length && Double.isNaN(values[end])) {
        end++;
      }
      boolean hasLeft = at > 0;
      boolean hasRight = end < values.length;
      boolean fits = runMax == 0 || end - at <= runMax;
      if (fits && hasLeft && this == PREVIOUS) {
        Arrays.fill(values, at, end, values[at - 1]);
      } else if (fits && hasLeft && hasRight && this == LINEAR) {
        double left = values[at - 1];
        double slope = (values[end] - left) / (end - at + 1);
        for (int i = at; i < end; i++) {
          values[i] = left + slope * (i - at + 1);
        }
      }
      at = end;
    }
  }
}
