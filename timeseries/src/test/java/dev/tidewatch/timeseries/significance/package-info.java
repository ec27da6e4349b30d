@NullMarked
package dev.tidewatch.timeseries.significance;

import org.jspecify.annotations.NullMarked;
