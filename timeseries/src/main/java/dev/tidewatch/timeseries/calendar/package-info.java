/** Public holidays by rule: which days of a country do not look like their weekday. */
@NullMarked
package dev.tidewatch.timeseries.calendar;

import org.jspecify.annotations.NullMarked;
