package dev.tidewatch.models.forecast;

import dev.tidewatch.timeseries.GridWindow;
import java.util.List;

/**
 * What a forecaster sees: one window per role, in the order of the bundle's roles, all on the
 * bundle's grid and ending at the origin. The first forecast step is the interval after the last.
 *
 * @param windows aligned: same first interval, same size
 */
public record ForecastInput(List<GridWindow> windows) {
  public ForecastInput {
    windows = List.copyOf(windows);
    if (windows.isEmpty()) {
      throw new IllegalArgumentException("a forecast needs at least one window");
    }
    GridWindow first = windows.getFirst();
    for (GridWindow window : windows) {
      if (window.firstIndex() != first.firstIndex() || window.size() != first.size()) {
        throw new IllegalArgumentException(
            "windows of roles differ: %s and %s".formatted(first, window));
      }
    }
  }

  public static ForecastInput of(GridWindow target) {
    return new ForecastInput(List.of(target));
  }

  /** The window of the first role. */
  public GridWindow target() {
    return windows.getFirst();
  }
}
