package dev.tidewatch.monitor.truth;

/**
 * What an interval turned out to hold.
 *
 * @param value {@code NaN}: no reading
 */
public record TakenActual(Target target, double value) {
  public boolean isMissing() {
    return Double.isNaN(value);
  }
}
