package dev.tidewatch.monitor.truth;

import dev.tidewatch.monitor.FeedPosition;

/**
 * A series was deleted. Another one may have its name afterwards.
 *
 * @param at the commit that deleted it
 */
public record DeletedSeries(String series, FeedPosition at) {}
