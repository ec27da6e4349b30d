package dev.tidewatch.registry.domain;

import java.time.Instant;

/** One point of a metric curve: finite, at a step that is not negative. */
public record MetricPoint(String metric, long step, double value, Instant measuredAt) {
  public MetricPoint {
    if (metric.isEmpty() || metric.length() > 128) {
      throw new IllegalArgumentException("metric must have 1 to 128 characters");
    }
    if (step < 0) {
      throw new IllegalArgumentException("step is " + step + "; it must not be negative");
    }
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("value is " + value + "; it must be finite");
    }
  }
}
