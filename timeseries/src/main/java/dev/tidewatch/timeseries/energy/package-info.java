/** Mathematics of meters and plant: energy, baselines, run time, lagged correlation. */
@NullMarked
package dev.tidewatch.timeseries.energy;

import org.jspecify.annotations.NullMarked;
