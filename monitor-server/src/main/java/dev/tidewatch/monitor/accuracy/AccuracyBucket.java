package dev.tidewatch.monitor.accuracy;

import java.time.Instant;

/** The figures of the steps whose target interval starts in one bucket of time. */
public record AccuracyBucket(Instant start, AccuracyFigures figures) {}
