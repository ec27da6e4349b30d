/**
 * Vocabulary and mathematics of time series: names, readings, the grid, windows, metrics, conformal
 * intervals.
 */
@NullMarked
package dev.tidewatch.timeseries;

import org.jspecify.annotations.NullMarked;
