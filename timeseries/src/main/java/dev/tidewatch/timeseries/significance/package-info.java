/** Tests that tell whether one forecaster is really better than another, or just luckier. */
@NullMarked
package dev.tidewatch.timeseries.significance;

import org.jspecify.annotations.NullMarked;
