package dev.tidewatch.inference.history;

import dev.tidewatch.inference.feed.FeedPosition;
import dev.tidewatch.timeseries.ReadingColumns;

/**
 * Readings of one series.
 *
 * @param readings by time
 * @param position exactly the commits up to here are included
 */
public record History(ReadingColumns readings, FeedPosition position) {}
