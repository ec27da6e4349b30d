package dev.tidewatch.monitor.drift;

import dev.tidewatch.timeseries.drift.Distribution;
import dev.tidewatch.timeseries.drift.DriftMeasures;
import java.util.List;
import java.util.Optional;

/**
 * A constant factor or offset between reference and current values, as when a meter begins to send
 * watts for kilowatts: the current distribution lies far off, and right on the reference's once the
 * reference is converted.
 *
 * @param name of the conversion, for people
 * @param wasserstein what is left between them after it, in deviations of the converted reference
 */
record UnitChange(String name, double wasserstein) {
  private static final double FAR = 2;
  private static final double NEAR = 0.35;
  private static final double OTHER_FACTOR_MIN = 5;

  private record Conversion(String name, double factor, double offset) {}

  private static final List<Conversion> CONVERSIONS =
      List.of(
          new Conversion("times 1000 (as from kilo to unit)", 1000, 0),
          new Conversion("divided by 1000 (as from unit to kilo)", 0.001, 0),
          new Conversion("times 1,000,000 (as from mega to unit)", 1e6, 0),
          new Conversion("divided by 1,000,000 (as from unit to mega)", 1e-6, 0),
          new Conversion("times 100 (as from shares to percent)", 100, 0),
          new Conversion("divided by 100 (as from percent to shares)", 0.01, 0),
          new Conversion("times 3.6 (as from kWh to MJ, or m/s to km/h)", 3.6, 0),
          new Conversion("divided by 3.6 (as from MJ to kWh, or km/h to m/s)", 1 / 3.6, 0),
          new Conversion("times 60 (as from per second to per minute)", 60, 0),
          new Conversion("divided by 60 (as from per minute to per second)", 1 / 60.0, 0),
          new Conversion("times 3600 (as from per second to per hour)", 3600, 0),
          new Conversion("divided by 3600 (as from per hour to per second)", 1 / 3600.0, 0),
          new Conversion("from degrees Celsius to Fahrenheit", 1.8, 32),
          new Conversion("from degrees Fahrenheit to Celsius", 1 / 1.8, -32 / 1.8),
          new Conversion("from degrees Celsius to kelvin", 1, 273.15),
          new Conversion("from kelvin to degrees Celsius", 1, -273.15));

  /** The best conversion, if one explains what is seen. */
  static Optional<UnitChange> between(
      Distribution reference, Distribution current, DriftMeasures measures) {
    if (measures.wasserstein() < FAR
        && current.deviation() > reference.deviation() / OTHER_FACTOR_MIN) {
      return Optional.empty();
    }
    Optional<UnitChange> best = Optional.empty();
    for (Conversion conversion : CONVERSIONS) {
      best = better(best, reference, current, conversion);
    }
    double referenceMiddle = reference.quantile(0.5);
    double currentMiddle = current.quantile(0.5);
    double factor = currentMiddle / referenceMiddle;
    if (best.isEmpty()
        && Double.isFinite(factor)
        && (factor >= OTHER_FACTOR_MIN || (factor > 0 && factor <= 1 / OTHER_FACTOR_MIN))) {
      best =
          better(
              best, reference, current, new Conversion("times %.4g".formatted(factor), factor, 0));
    }
    return best;
  }

  private static Optional<UnitChange> better(
      Optional<UnitChange> best,
      Distribution reference,
      Distribution current,
      Conversion conversion) {
    Distribution converted = reference.scaled(conversion.factor(), conversion.offset());
    double left = DriftMeasures.between(converted, 1, current, 1).wasserstein();
    return left <= NEAR && (best.isEmpty() || left < best.get().wasserstein())
        ? Optional.of(new UnitChange(conversion.name(), left))
        : best;
  }
}
