package dev.tidewatch.timeseries.drift;

/** What the detectors ask of their arguments. */
final class Checks {
  private Checks() {}

  static void finite(double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("value is %s; it must be finite".formatted(value));
    }
  }

  static void positive(String name, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException("%s is %s; it must be positive".formatted(name, value));
    }
  }

  static void state(boolean fits, String detector, double[] state) {
    if (!fits) {
      throw new IllegalArgumentException(
          "%d numbers are no state of %s".formatted(state.length, detector));
    }
  }
}
