package dev.tidewatch.registry.storage;

import dev.tidewatch.timeseries.Times;
import java.time.Instant;

/**
 * Where a search goes on: behind this version.
 *
 * @param byMetric it stands among those that have the metric of the order
 * @param key the metric's value, or the microseconds when it was made
 */
record SearchCursor(boolean byMetric, long key, long ordinal) {
  static SearchCursor ofValue(double value, long ordinal) {
    return new SearchCursor(true, Double.doubleToLongBits(value), ordinal);
  }

  static SearchCursor ofTime(Instant createdAt, long ordinal) {
    return new SearchCursor(false, Times.floorToMicros(createdAt), ordinal);
  }

  static SearchCursor parse(String text) {
    String[] parts = text.split(",", -1);
    return new SearchCursor(
        parts[0].equals("m"), Long.parseLong(parts[1]), Long.parseLong(parts[2]));
  }

  double value() {
    return Double.longBitsToDouble(key);
  }

  Instant createdAt() {
    return Times.toInstant(key);
  }

  @Override
  public String toString() {
    return (byMetric ? "m," : "t,") + key + "," + ordinal;
  }
}
