package dev.tidewatch.standalone.demo;

import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * One round of readings: what every point reports at one instant.
 *
 * @param time when the values were taken
 * @param values the reading of every {@link BuildingPoint}, in its unit
 */
public record BuildingSample(Instant time, Map<BuildingPoint, Double> values) {
  public BuildingSample {
    values = Collections.unmodifiableMap(new EnumMap<>(values));
    if (values.size() != BuildingPoint.values().length) {
      throw new IllegalArgumentException("values: of " + values.size() + " points");
    }
  }

  /** What the given point reports, in its unit. */
  public double value(BuildingPoint point) {
    Double value = values.get(point);
    if (value == null) {
      throw new IllegalArgumentException("point: " + point);
    }
    return value;
  }
}
