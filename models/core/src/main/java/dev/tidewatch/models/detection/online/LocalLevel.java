package dev.tidewatch.models.detection.online;

import dev.tidewatch.models.detection.StateReader;
import dev.tidewatch.models.detection.StateWriter;

/**
 * Level of the newest readings and their usual distance from it, both moving averages. Not
 * thread-safe.
 */
final class LocalLevel {
  private static final int READINGS_MIN = 10;

  /** Distance, in usual ones, of a value that is off while none ever was. */
  private static final double BREAK = 50;

  /** Usual distances that a value is learnt at most as far off. */
  private static final double REACH = 1_000;

  private final double levelReadings;
  private final double deviationReadings;
  private long count;
  private double level;
  private double deviation;

  /** Each remembers about so many readings. */
  LocalLevel(double levelReadings, double deviationReadings) {
    this.levelReadings = levelReadings;
    this.deviationReadings = deviationReadings;
  }

  LocalLevel(double levelReadings, double deviationReadings, StateReader in) {
    this(levelReadings, deviationReadings);
    count = in.getLong();
    level = in.getDouble();
    deviation = in.getDouble();
  }

  void save(StateWriter out) {
    out.putLong(count).putDouble(level).putDouble(deviation);
  }

  static int stateBytesMax() {
    return 10 + 2 * Double.BYTES;
  }

  boolean isKnown() {
    return count > READINGS_MIN;
  }

  double level() {
    return level;
  }

  /** Usual distance from the level. */
  double deviation() {
    return deviation;
  }

  /**
   * Distance of the value from the level, in usual distances.
   *
   * @param rounding a smaller distance is none
   */
  double distance(double value, double rounding) {
    double distance = Math.abs(value - level);
    if (distance <= rounding) {
      return 0;
    }
    return deviation > rounding ? distance / deviation : BREAK;
  }

  /** The value, no further off than anything but a glitch is. */
  double withinReach(double value) {
    double reach = REACH * deviation;
    return isKnown() && reach > 0 ? Math.clamp(value, level - reach, level + reach) : value;
  }

  void learn(double value) {
    if (count == 0) {
      level = value;
    } else {
      double distance = Math.abs(value - level);
      deviation += (distance - deviation) / Math.min((double) count, deviationReadings);
      level += (value - level) / Math.min(count + 1.0, levelReadings);
    }
    count++;
  }
}
