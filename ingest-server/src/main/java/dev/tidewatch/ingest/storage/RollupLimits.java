package dev.tidewatch.ingest.storage;

import java.time.Duration;

/**
 * Bounds of the work on rollups.
 *
 * @param interval between two looks for work
 * @param quiet how long nothing may come for an hour before it is computed
 * @param hoursMax hours of one series each that are computed in one transaction
 * @param busyShare share of the time spent on computing while readings come in; above 0, at most 1
 */
public record RollupLimits(Duration interval, Duration quiet, int hoursMax, double busyShare) {}
