package dev.tidewatch.models.forecast.arima;

/** What a series without a unit root is taken to vary around. */
public enum Trend {
  /** A level. */
  CONSTANT,
  /** A straight line. */
  LINEAR
}
