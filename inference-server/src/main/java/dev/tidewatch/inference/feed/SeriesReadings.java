package dev.tidewatch.inference.feed;

import dev.tidewatch.timeseries.ReadingColumns;

/**
 * Readings of one series that one commit stored.
 *
 * @param replaced true: they took the place of other values at the same times
 * @param traceparent W3C trace context of the batch that brought them; empty if it had none
 */
public record SeriesReadings(
    String series, boolean replaced, ReadingColumns readings, String traceparent) {}
