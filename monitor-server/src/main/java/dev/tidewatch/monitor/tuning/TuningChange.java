package dev.tidewatch.monitor.tuning;

import java.util.Optional;

/**
 * One change.
 *
 * @param revision place in the order of commits, from 1, without gaps
 * @param after what holds from here on; empty: as trained
 */
public record TuningChange(long revision, TuningKey key, Optional<Tuning> after) {}
