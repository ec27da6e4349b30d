package dev.tidewatch.standalone.demo;

/**
 * The measuring points of the demo building, in the order of a sample's values.
 *
 * <p>{@code noise} is the standard deviation of the sensor's own error and {@code resolution} the
 * smallest step it reports, both in the point's unit. {@code faultSize} is the offset of a typical
 * calibration fault: about what separates an occupied from an empty building for that point, so
 * that somebody who looks at the curve beside last week's sees it; {@code direction} says which way
 * such a sensor fails, and {@code lowest} and {@code highest} are the ends of its scale. The
 * electricity meter and the market price are kept by others and never fail.
 */
public enum BuildingPoint {
  OUTDOOR_TEMPERATURE(
      "building/outdoor/temperature", "Cel", 0.08, 0.01, 8, Direction.EITHER, -60, 60),
  OUTDOOR_HUMIDITY("building/outdoor/humidity", "%", 0.6, 0.05, 24, Direction.DOWN, 0, 100),
  SUPPLY_AIR_TEMPERATURE(
      "building/ahu-1/supply_air_temperature", "Cel", 0.12, 0.01, 3, Direction.EITHER, -60, 90),
  RETURN_AIR_TEMPERATURE(
      "building/ahu-1/return_air_temperature", "Cel", 0.08, 0.01, 3, Direction.EITHER, -60, 90),
  VALVE_POSITION("building/ahu-1/valve_position", "%", 0.5, 0.05, 30, Direction.UP, 0, 100),
  FAN_SPEED("building/ahu-1/fan_speed", "%", 0.6, 0.05, 20, Direction.UP, 0, 100),
  ROOM_101_TEMPERATURE(
      "building/room-101/temperature", "Cel", 0.08, 0.01, 2.5, Direction.EITHER, -20, 60),
  ROOM_101_CO2("building/room-101/co2", "[ppm]", 8, 0.1, 280, Direction.UP, 0, 5_000),
  ROOM_102_TEMPERATURE(
      "building/room-102/temperature", "Cel", 0.08, 0.01, 2.5, Direction.EITHER, -20, 60),
  ROOM_102_CO2("building/room-102/co2", "[ppm]", 8, 0.1, 280, Direction.UP, 0, 5_000),
  ROOM_102_HUMIDITY("building/room-102/humidity", "%", 0.4, 0.05, 10, Direction.UP, 0, 100),
  HEAT_POWER("building/heat/power", "kW", 0.5, 0.01, 20, Direction.UP, 0, 500),
  ELECTRIC_POWER("building/meter/power", "kW", 0.4, 0.01, 0, Direction.NONE, 0, 500),
  ELECTRICITY_PRICE(
      "market/electricity/price", "{EUR}/MW/h", 0.5, 0.01, 0, Direction.NONE, -500, 4_000);

  private final String series;
  private final String unit;
  private final double noise;
  private final double resolution;
  private final double faultSize;
  private final Direction direction;
  private final double lowest;
  private final double highest;

  BuildingPoint(
      String series,
      String unit,
      double noise,
      double resolution,
      double faultSize,
      Direction direction,
      double lowest,
      double highest) {
    this.series = series;
    this.unit = unit;
    this.noise = noise;
    this.resolution = resolution;
    this.faultSize = faultSize;
    this.direction = direction;
    this.lowest = lowest;
    this.highest = highest;
  }

  /** The series that carries this point's readings. */
  public String series() {
    return series;
  }

  /** The unit as a UCUM code; the price is in euros a megawatt hour. */
  public String unit() {
    return unit;
  }

  double faultSize() {
    return faultSize;
  }

  Direction direction() {
    return direction;
  }

  /** What the sensor reports when the truth is {@code value} and its own error {@code normal}. */
  double measure(double value, double normal) {
    return report(value + noise * normal);
  }

  /** {@code value} as the sensor can show it: in steps of its resolution, within its scale. */
  double report(double value) {
    double steps = Math.rint(Math.clamp(value, lowest, highest) / resolution);
    return Math.rint(steps * resolution * 1e6) / 1e6;
  }

  boolean canFail() {
    return direction != Direction.NONE;
  }

  /** Which way a sensor's faults go. */
  enum Direction {
    NONE,
    UP,
    DOWN,
    EITHER
  }
}
