package dev.tidewatch.models.detection;

import dev.tidewatch.timeseries.ReadingColumns;
import dev.tidewatch.timeseries.Times;
import java.util.random.RandomGenerator;

/**
 * Five-minute readings of a made-up sensor: daily shape on working days, a flat weekend, slow
 * weather (a first-order autoregression with a memory of a day) and white noise of standard
 * deviation 1; a fault may be laid over it.
 */
final class SyntheticSensor {
  static final long STEP_MICROS = 5 * Times.MICROS_PER_MINUTE;
  static final int STEPS_PER_DAY = 288;

  /** A Monday, 00:00 UTC. */
  static final long START_MICROS = 1_767_571_200L * Times.MICROS_PER_SECOND;

  /** How a sensor fails. */
  enum Fault {
    NONE,
    STUCK,
    SPIKE,
    SHIFT,
    DRIFT
  }

  private SyntheticSensor() {}

  /**
   * @param onset row of the first faulty reading
   * @param end row of the first good one after it
   * @param size in standard deviations of the noise; at the end for a drift
   */
  static ReadingColumns readings(
      RandomGenerator random, int days, Fault fault, int onset, int end, double size) {
    var out = ReadingColumns.builder(days * STEPS_PER_DAY);
    double keep = Math.exp(-1.0 / STEPS_PER_DAY);
    double weather = 1.5 * random.nextGaussian();
    double good = 0;
    for (int row = 0; row < days * STEPS_PER_DAY; row++) {
      double hour = row % STEPS_PER_DAY / 12.0;
      boolean working = row / STEPS_PER_DAY % 7 < 5;
      weather = keep * weather + 1.5 * Math.sqrt(1 - keep * keep) * random.nextGaussian();
      double shape = working ? 12 * Math.exp(-(hour - 13) * (hour - 13) / 18) : 0;
      double value = 40 + shape + weather + random.nextGaussian();
      boolean faulty = row >= onset && row < end;
      good = faulty && fault == Fault.STUCK ? good : value;
      double offset =
          switch (fault) {
            case SPIKE, SHIFT -> size;
            case DRIFT -> size * (row - onset) / (end - onset);
            case NONE, STUCK -> 0;
          };
      double reported = good + (faulty ? offset : 0);
      out.add(START_MICROS + row * STEP_MICROS, Math.rint(reported * 1e4) / 1e4);
    }
    return out.build();
  }
}
