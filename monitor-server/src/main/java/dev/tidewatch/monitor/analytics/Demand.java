package dev.tidewatch.monitor.analytics;

import java.util.Optional;

/**
 * Mean power over intervals.
 *
 * @param peakMicros start of the interval of the largest demand
 * @param loadFactor mean over peak, 0 to 1; 0 where the peak is not positive
 */
public record Demand(
    double peakKw, long peakMicros, double meanKw, double loadFactor, Optional<Forecast> forecast) {
  /**
   * Largest demand of the newest recorded forecast.
   *
   * @param peakMicros start of its interval
   */
  public record Forecast(double peakKw, long peakMicros) {}

  /** Empty where no interval is covered well enough. */
  static Optional<Demand> of(LoadProfile profile) {
    double peak = Double.NEGATIVE_INFINITY;
    int at = -1;
    double kwh = 0;
    double hours = 0;
    for (int i = 0; i < profile.size(); i++) {
      if (profile.hasPower(i)) {
        if (profile.kw(i) > peak) {
          peak = profile.kw(i);
          at = i;
        }
        kwh += profile.kw(i) * profile.coveredHours(i);
        hours += profile.coveredHours(i);
      }
    }
    if (at < 0) {
      return Optional.empty();
    }
    double mean = kwh / hours;
    return Optional.of(
        new Demand(
            peak,
            profile.startMicros(at),
            mean,
            peak > 0 ? Math.clamp(mean / peak, 0.0, 1.0) : 0,
            Optional.empty()));
  }

  Demand with(Optional<Forecast> newest) {
    return new Demand(peakKw, peakMicros, meanKw, loadFactor, newest);
  }
}
