@NullMarked
package dev.tidewatch.timeseries.features;

import org.jspecify.annotations.NullMarked;
