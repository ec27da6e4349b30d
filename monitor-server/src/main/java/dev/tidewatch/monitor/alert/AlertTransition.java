package dev.tidewatch.monitor.alert;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A change of an alert's state.
 *
 * @param position place in the order of commits, from 1, without gaps
 * @param from absent for the first
 * @param time domain time
 * @param actor a person; empty: the server
 * @param reason one sentence
 */
public record AlertTransition(
    long position,
    UUID alertId,
    Optional<AlertState> from,
    AlertState to,
    Instant time,
    String actor,
    String reason) {}
