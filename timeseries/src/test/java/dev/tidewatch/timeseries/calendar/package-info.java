@NullMarked
package dev.tidewatch.timeseries.calendar;

import org.jspecify.annotations.NullMarked;
