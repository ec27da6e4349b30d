package dev.tidewatch.models.forecast;

import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.SeriesName;

/**
 * A series that is read beside a target: its past, never its future.
 *
 * @param series whose values these are
 * @param window the same intervals as the target's history, gaps unfilled; {@code NaN} where it has
 *     none
 */
public record Covariate(SeriesName series, GridWindow window) {}
