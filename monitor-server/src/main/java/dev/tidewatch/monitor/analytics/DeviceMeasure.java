package dev.tidewatch.monitor.analytics;

/** What devices are compared by. */
public enum DeviceMeasure {
  /** kWh over the span. */
  CONSUMPTION("kW.h"),
  /** Largest mean over a quarter of an hour. */
  PEAK_DEMAND("kW"),
  /** Mean over peak, 0 to 1. */
  LOAD_FACTOR("1"),
  /** Score against the hours of the week of the 90 days before, 0 to 100. */
  EFFICIENCY("{score}"),
  /** Anomalies that nobody called a false alarm. */
  ANOMALIES("{anomalies}"),
  /** Mean health score, 0 to 100. */
  HEALTH("{score}");

  private final String unit;

  DeviceMeasure(String unit) {
    this.unit = unit;
  }

  /** UCUM code. */
  public String unit() {
    return unit;
  }
}
