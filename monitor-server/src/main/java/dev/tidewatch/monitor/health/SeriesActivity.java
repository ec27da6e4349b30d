package dev.tidewatch.monitor.health;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How a series comes in.
 *
 * @param device that it belongs to; empty: none
 * @param newest time of the newest reading; empty: there is none
 * @param interval usual distance of readings; empty: unknown
 * @param completeness share of the expected readings of the last day that are there, hour by hour;
 *     empty: unknown
 */
public record SeriesActivity(
    String series,
    String device,
    Optional<Instant> newest,
    Optional<Duration> interval,
    OptionalDouble completeness) {}
