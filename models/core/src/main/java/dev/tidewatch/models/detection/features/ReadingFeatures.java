package dev.tidewatch.models.detection.features;

import dev.tidewatch.models.detection.Detector;
import dev.tidewatch.models.detection.StateReader;
import dev.tidewatch.models.detection.StateWriter;
import dev.tidewatch.timeseries.DoubleRing;
import dev.tidewatch.timeseries.LocalCalendar;
import java.time.ZoneId;
import java.util.List;

/**
 * Describes a reading by the window that it ends, in units of the series' own slow level and
 * spread, so that one model fits series of any scale. Not thread-safe.
 */
final class ReadingFeatures {
  /** In order. */
  static final List<String> NAMES =
      List.of(
          "value",
          "quarter_mean",
          "window_mean",
          "window_deviation",
          "difference",
          "difference_max",
          "from_window",
          "day_sin",
          "day_cos");

  /** Larger features count as this. */
  private static final double FEATURE_MAX = 20;

  private static final double READING_MAX = 1e100;
  private static final double MEAN_DEVIATION_TO_SIGMA = 1.2533141373155003;

  /** Level and spread remember about so many readings. */
  private static final double READINGS_REMEMBERED = 1_000;

  /** After so many readings an outlier moves the level by no more than a few spreads. */
  private static final int YOUNG_READINGS = 50;

  private static final double PULL_MAX = 5;
  private static final double SECONDS_PER_DAY = 86_400;

  private final LocalCalendar calendar;
  private final DoubleRing window;
  private long count;
  private double level;
  private double deviation;
  private double difference;

  ReadingFeatures(int window, ZoneId zone) {
    this.calendar = new LocalCalendar(zone);
    this.window = new DoubleRing(window);
  }

  ReadingFeatures(int window, ZoneId zone, StateReader in) {
    this(window, zone);
    count = in.getLong();
    level = in.getDouble();
    deviation = in.getDouble();
    difference = in.getDouble();
    for (double value : in.getDoubles(Math.clamp(count, 0, window))) {
      this.window.push(value);
    }
  }

  void save(StateWriter out) {
    out.putLong(count).putDouble(level).putDouble(deviation).putDouble(difference);
    out.putDoubles(window.toArray());
  }

  static int stateBytesMax(int window) {
    return 34 + window * Double.BYTES;
  }

  /**
   * @throws IllegalArgumentException if the value is not finite
   */
  static double bounded(double value) {
    return Detector.bounded(value, READING_MAX);
  }

  /** True if what {@link #of} says means something: the window was full twice over. */
  boolean isKnown() {
    return count >= 2L * window.capacity();
  }

  double level() {
    return level;
  }

  /** Standard deviation of ordinary readings around the level; positive. */
  double sigma() {
    return unit(MEAN_DEVIATION_TO_SIGMA * deviation);
  }

  private double unit(double size) {
    return Math.max(size, Math.max(1e-9 * Math.abs(level), Double.MIN_NORMAL));
  }

  private static double limited(double feature) {
    return Math.clamp(feature, -FEATURE_MAX, FEATURE_MAX);
  }

  /** Features of a bounded reading, given what was learnt before it. Learns nothing. */
  double[] of(long timeMicros, double value) {
    int size = window.size();
    int earlier = Math.min(size, window.capacity() - 1);
    int quarter = Math.min(earlier, Math.max(1, window.capacity() / 4) - 1);
    double sigma = sigma();
    double step = unit(difference);
    double sum = value;
    double quarterSum = value;
    double largest = 0;
    double next = value;
    for (int age = 1; age <= earlier; age++) {
      double before = window.get(size - age);
      sum += before;
      if (age <= quarter) {
        quarterSum += before;
      }
      largest = Math.max(largest, Math.abs(next - before));
      next = before;
    }
    double mean = sum / (earlier + 1);
    double distances = Math.abs(value - mean);
    for (int age = 1; age <= earlier; age++) {
      distances += Math.abs(window.get(size - age) - mean);
    }
    double spread = unit(MEAN_DEVIATION_TO_SIGMA * distances / (earlier + 1));
    double change = size == 0 ? 0 : value - window.get(size - 1);
    double angle = 2 * Math.PI * calendar.secondOfDay(timeMicros) / SECONDS_PER_DAY;
    return new double[] {
      limited((value - level) / sigma),
      limited((quarterSum / (quarter + 1) - level) / sigma),
      limited((mean - level) / sigma),
      limited(StrictMath.log(spread / sigma)),
      limited(change / step),
      limited(largest / step),
      limited((value - mean) / spread),
      StrictMath.sin(angle),
      StrictMath.cos(angle)
    };
  }

  /** Learns from a bounded reading. */
  void learn(double value) {
    double share = Math.max(1.0 / (count + 1), 1 / READINGS_REMEMBERED);
    double distance = value - level;
    if (count >= YOUNG_READINGS && deviation > 0) {
      double bound = PULL_MAX * sigma();
      distance = Math.clamp(distance, -bound, bound);
    }
    level += share * distance;
    deviation += share * (Math.abs(distance) - deviation);
    if (count > 0) {
      double change = Math.abs(value - window.get(window.size() - 1));
      if (count >= YOUNG_READINGS && difference > 0) {
        change = Math.min(change, PULL_MAX * difference);
      }
      difference += Math.max(1.0 / count, 1 / READINGS_REMEMBERED) * (change - difference);
    }
    if (count == 0) {
      deviation = 0;
    }
    window.push(value);
    count++;
  }
}
