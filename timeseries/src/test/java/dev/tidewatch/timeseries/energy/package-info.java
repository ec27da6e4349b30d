@NullMarked
package dev.tidewatch.timeseries.energy;

import org.jspecify.annotations.NullMarked;
