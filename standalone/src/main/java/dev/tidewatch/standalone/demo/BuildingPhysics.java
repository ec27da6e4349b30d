package dev.tidewatch.standalone.demo;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.EnumMap;
import java.util.random.RandomGenerator;

/**
 * What happens in the building, free of sensors: weather, people, an air handler that follows a
 * timetable, two rooms, and what all of it draws from the mains. First-order lags and a carbon
 * dioxide balance stand for the thermodynamics; slow random walks around the means
 * (Ornstein-Uhlenbeck) stand for the weather's and people's moods. Advances step by step; not
 * thread-safe.
 */
final class BuildingPhysics {
  private static final double OUTDOOR_CO2 = 420;

  private final ZoneId zone;
  private final double stepHours;
  private final RandomGenerator random;
  private final Mood front;
  private final Mood moisture;
  private final Mood room101;
  private final Mood room102;
  private final Mood sunshine;
  private final Mood appliances;
  private final Mood market;
  private long day = Long.MIN_VALUE;
  private double turnout = 1;
  private double supply = 20;
  private double returned = 20.5;
  private double valve = 15;
  private double fan = 20;
  private double temperature101 = 19;
  private double temperature102 = 19;
  private double co2At101 = OUTDOOR_CO2;
  private double co2At102 = OUTDOOR_CO2;
  private double humidity102 = 34;
  private double heat = 35;

  BuildingPhysics(ZoneId zone, Duration step, RandomGenerator random) {
    this.zone = zone;
    this.stepHours = step.toMillis() / 3_600_000.0;
    this.random = random;
    this.front = new Mood(2.0, 30);
    this.moisture = new Mood(4.0, 12);
    this.room101 = new Mood(0.14, 1.5);
    this.room102 = new Mood(0.14, 1.5);
    this.sunshine = new Mood(0.3, 3);
    this.appliances = new Mood(0.06, 3);
    this.market = new Mood(7.0, 10);
  }

  /** The true values of all points at {@code time}, one step after the previous call's. */
  EnumMap<BuildingPoint, Double> advance(Instant time) {
    var local = time.atZone(zone);
    if (local.toLocalDate().toEpochDay() != day) {
      day = local.toLocalDate().toEpochDay();
      turnout = 1 + 0.08 * random.nextGaussian();
    }
    double hour = local.toLocalTime().toNanoOfDay() / 3.6e12;
    double season = -Math.cos(2 * Math.PI * (local.getDayOfYear() - 20) / 365.0);
    double sun = Math.cos(2 * Math.PI * (hour - 15) / 24);
    double outdoor = 8.5 + 4.5 * season + 3.0 * sun + front.next();
    double damp = 76 - 5.5 * sun - 0.8 * front.value() + moisture.next();
    double outdoorHumidity = 100 / (1 + Math.exp(-(damp - 50) / 21));

    double people = turnout * occupancy(local.getDayOfWeek(), hour);
    double people101 = Math.max(0, people * (1 + room101.next()));
    double people102 = Math.max(0, people * (1 + room102.next()));
    double running = running(local, hour);

    fan = follow(fan, 20 + running * (42 + 0.012 * (co2At101 + co2At102 - 840)), 0.15);
    double supplyGoal =
        running * (19.5 - 0.12 * (outdoor - 5)) + (1 - running) * (0.9 * returned + 1.2);
    supply = follow(supply, supplyGoal, 0.3);
    double mixed = 0.7 * returned + 0.3 * outdoor;
    double valveGoal =
        running * 9 * (19.5 - 0.12 * (outdoor - 5) - mixed) + (1 - running) * (16 - 0.5 * outdoor);
    valve = follow(valve, Math.clamp(valveGoal, 3, 97), 0.2);

    double goal = 18.6 + 2.7 * running + 0.04 * (outdoor - 5) + sunshine.next();
    temperature101 = follow(temperature101, goal + 0.9 * people101, 1.6);
    temperature102 =
        follow(temperature102, goal - 0.4 + 0.3 * sunshine.value() + 1.1 * people102, 1.9);
    returned = follow(returned, (temperature101 + temperature102) / 2 + 0.5, 0.4);
    co2At101 = breathe(co2At101, 950 * people101);
    co2At102 = breathe(co2At102, 800 * people102);
    double humidityGoal = 34 + 0.12 * (outdoorHumidity - 75) + 0.5 * (outdoor - 5) + 4 * people102;
    humidity102 = follow(humidity102, humidityGoal, 1.2);

    double heatGoal = 8 + (0.6 + 0.4 * running) * 2.2 * Math.max(0, 19 - outdoor);
    heat = follow(heat, heatGoal, 0.5);
    double dark = Math.clamp((7.5 - Math.abs(hour - 12.5) - 2.5) / 2, 0, 1);
    double mains =
        17
            + 48 * people
            + 9 * running
            + 16 * Math.pow(fan / 100, 3)
            + 7 * people * (1 - dark)
            + 0.06 * heat;
    double power = mains * (1 + appliances.next());

    double price =
        78
            + 20 * bump(hour, 8.5, 1.8)
            + 26 * bump(hour, 19, 2.0)
            - 10 * bump(hour, 3.5, 2.5)
            - (isWorkday(local.getDayOfWeek()) ? 0 : 12)
            - 0.6 * (outdoor - 5)
            + market.next();
    var truth = new EnumMap<BuildingPoint, Double>(BuildingPoint.class);
    truth.put(BuildingPoint.OUTDOOR_TEMPERATURE, outdoor);
    truth.put(BuildingPoint.OUTDOOR_HUMIDITY, outdoorHumidity);
    truth.put(BuildingPoint.SUPPLY_AIR_TEMPERATURE, supply);
    truth.put(BuildingPoint.RETURN_AIR_TEMPERATURE, returned);
    truth.put(BuildingPoint.VALVE_POSITION, valve);
    truth.put(BuildingPoint.FAN_SPEED, fan);
    truth.put(BuildingPoint.ROOM_101_TEMPERATURE, temperature101);
    truth.put(BuildingPoint.ROOM_101_CO2, co2At101);
    truth.put(BuildingPoint.ROOM_102_TEMPERATURE, temperature102);
    truth.put(BuildingPoint.ROOM_102_CO2, co2At102);
    truth.put(BuildingPoint.ROOM_102_HUMIDITY, humidity102);
    truth.put(BuildingPoint.HEAT_POWER, heat);
    truth.put(BuildingPoint.ELECTRIC_POWER, power);
    truth.put(BuildingPoint.ELECTRICITY_PRICE, price);
    return truth;
  }

  private double breathe(double co2, double source) {
    double changesPerHour = 0.4 + 2.2 * fan / 100;
    double settled = OUTDOOR_CO2 + source / changesPerHour;
    return settled + (co2 - settled) * Math.exp(-changesPerHour * stepHours);
  }

  private double follow(double value, double goal, double lagHours) {
    return goal + (value - goal) * Math.exp(-stepHours / lagHours);
  }

  /** The share of its people that the building holds, 0 to 1. */
  private static double occupancy(DayOfWeek weekday, double hour) {
    double full = ramp(hour, 7, 9.25) * (1 - ramp(hour, 16, 18.75));
    double lunch = 0.25 * bump(hour, 12.5, 0.6);
    return switch (weekday) {
      case SATURDAY -> 0.10 * ramp(hour, 9, 11) * (1 - ramp(hour, 14, 16)) + 0.01;
      case SUNDAY -> 0.01;
      case FRIDAY -> 0.01 + 0.86 * (full - lunch * full);
      case MONDAY, TUESDAY, WEDNESDAY, THURSDAY -> 0.01 + 0.98 * (full - lunch * full);
    };
  }

  /** How much of the air handler runs, 0 to 1: from six to seven in the evening on workdays. */
  private static double running(ZonedDateTime local, double hour) {
    return isWorkday(local.getDayOfWeek())
        ? ramp(hour, 5.75, 6.5) * (1 - ramp(hour, 18.75, 19.5))
        : 0;
  }

  private static boolean isWorkday(DayOfWeek weekday) {
    return weekday != DayOfWeek.SATURDAY && weekday != DayOfWeek.SUNDAY;
  }

  private static double ramp(double hour, double from, double to) {
    double share = Math.clamp((hour - from) / (to - from), 0, 1);
    return share * share * (3 - 2 * share);
  }

  private static double bump(double hour, double centre, double width) {
    double distance = (hour - centre) / width;
    return Math.exp(-0.5 * distance * distance);
  }

  /** A random walk that is drawn back to zero: stationary with the given standard deviation. */
  private final class Mood {
    private final double keep;
    private final double kick;
    private double value;

    Mood(double deviation, double memoryHours) {
      this.keep = Math.exp(-stepHours / memoryHours);
      this.kick = deviation * Math.sqrt(1 - keep * keep);
      this.value = deviation * random.nextGaussian();
    }

    double next() {
      value = keep * value + kick * random.nextGaussian();
      return value;
    }

    double value() {
      return value;
    }
  }
}
