package dev.tidewatch.registry.domain;

import java.util.OptionalDouble;

/**
 * {@code min <= metric <= max}; an absent end is open. A version without the metric does not meet
 * it.
 */
public record MetricBound(String metric, OptionalDouble min, OptionalDouble max) {}
