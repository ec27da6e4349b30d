package dev.tidewatch.models.forecast;

import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.SeriesName;
import java.util.List;

/**
 * What a forecaster sees: one window per role, in the order of the bundle's roles, all on the
 * bundle's grid and ending at the origin. The first forecast step is the interval after the last.
 *
 * @param windows aligned: same first interval, same size
 * @param series names of the series in the windows, or none where they are not known; a model with
 *     parameters of its own for each series looks the first up
 */
public record ForecastInput(List<GridWindow> windows, List<SeriesName> series) {
  public ForecastInput {
    windows = List.copyOf(windows);
    series = List.copyOf(series);
    if (windows.isEmpty()) {
      throw new IllegalArgumentException("a forecast needs at least one window");
    }
    if (!series.isEmpty() && series.size() != windows.size()) {
      throw new IllegalArgumentException(
          "%d names for %d windows".formatted(series.size(), windows.size()));
    }
    GridWindow first = windows.getFirst();
    for (GridWindow window : windows) {
      if (window.firstIndex() != first.firstIndex() || window.size() != first.size()) {
        throw new IllegalArgumentException(
            "windows of roles differ: %s and %s".formatted(first, window));
      }
    }
  }

  public ForecastInput(List<GridWindow> windows) {
    this(windows, List.of());
  }

  public static ForecastInput of(GridWindow target) {
    return new ForecastInput(List.of(target));
  }

  public static ForecastInput of(SeriesName series, GridWindow target) {
    return new ForecastInput(List.of(target), List.of(series));
  }

  /** The window of the first role. */
  public GridWindow target() {
    return windows.getFirst();
  }
}
