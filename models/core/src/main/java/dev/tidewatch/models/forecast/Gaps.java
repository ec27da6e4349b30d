package dev.tidewatch.models.forecast;

import dev.tidewatch.timeseries.GridWindow;

/** Closes what the grid's fill rule leaves open, for methods that need every value. */
public final class Gaps {
  private Gaps() {}

  /**
   * The window filled by its grid's rule, from its first value on, and what is still missing taken
   * from one day (else one step) before; looks at this window only, and never forwards except where
   * the grid's rule does. Empty if there is no value.
   */
  public static GridWindow close(GridWindow window) {
    GridWindow filled = window.filled();
    int first = 0;
    while (first < filled.size() && filled.isMissing(first)) {
      first++;
    }
    GridWindow known = filled.slice(first, filled.size());
    if (known.missingCount() == 0) {
      return known;
    }
    double[] values = known.values();
    int day = Math.max(1, known.grid().stepsPerDay());
    for (int t = 1; t < values.length; t++) {
      if (Double.isNaN(values[t])) {
        values[t] = t >= day ? values[t - day] : values[t - 1];
      }
    }
    return GridWindow.of(known.grid(), known.firstIndex(), values);
  }
}
