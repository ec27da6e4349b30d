package dev.tidewatch.monitor.tuning;

import dev.tidewatch.monitor.ModelVersion;
import dev.tidewatch.timeseries.SeriesName;

/** What a tuning is of: one version on one series. */
public record TuningKey(SeriesName series, ModelVersion version) {}
