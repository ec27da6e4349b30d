package dev.tidewatch.monitor.analytics;

import dev.tidewatch.timeseries.energy.LaggedCorrelation;

/** Two series and how they go together. */
public record SeriesCorrelation(String first, String second, LaggedCorrelation at) {}
