package dev.tidewatch.monitor.anomaly;

import java.time.Instant;
import java.util.UUID;

/**
 * One thing that happened.
 *
 * @param position place in the order of commits, from 1, without gaps
 * @param actor empty for reports
 * @param time domain time
 * @param comment may be empty
 * @param assignee for assignments; else empty
 */
public record AnomalyChange(
    long position,
    UUID anomalyId,
    AnomalyAction action,
    String actor,
    Instant time,
    String comment,
    String assignee) {}
