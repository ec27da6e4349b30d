@NullMarked
package dev.tidewatch.timeseries.drift;

import org.jspecify.annotations.NullMarked;
