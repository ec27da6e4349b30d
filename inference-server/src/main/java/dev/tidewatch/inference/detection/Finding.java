package dev.tidewatch.inference.detection;

import dev.tidewatch.inference.feed.FeedPosition;
import dev.tidewatch.inference.registry.VersionKey;

/**
 * An anomaly that a detector opened. The log knows it by series, time, detector and version, so
 * that finding it again changes nothing.
 *
 * @param series that it is reported for: of several, that of the model's first role
 * @param alias through which the version ran; empty: by number
 * @param position the commit that held the reading
 * @param traceparent of the detection
 * @param tuningRevision of the series' tuning that took part; 0: none
 */
public record Finding(
    String series,
    Found found,
    VersionKey detector,
    String alias,
    FeedPosition position,
    String traceparent,
    long tuningRevision) {}
