package dev.tidewatch.standalone.drift;

import dev.tidewatch.timeseries.SeriesName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Electric power of four halls that work one shift a day, and from some moment on another one, at
 * night and with more machines. What they read depends on the seed, the hall, the time and that
 * moment alone.
 */
final class Halls {
  static final Duration STEP = Duration.ofMinutes(5);
  static final List<SeriesName> SERIES =
      List.of(
          new SeriesName("plant/hall-1/power"),
          new SeriesName("plant/hall-2/power"),
          new SeriesName("plant/hall-3/power"),
          new SeriesName("plant/hall-4/power"));

  private static final double NOISE = 0.06;

  private final long seed;
  private volatile Instant changeAt = Instant.MAX;

  Halls(long seed) {
    this.seed = seed;
  }

  /** From this moment on they work at night. */
  void changeFrom(Instant time) {
    changeAt = time;
  }

  /** kW. */
  double power(int hall, Instant time) {
    double hour = Math.floorMod(time.getEpochSecond(), 86_400L) / 3600.0;
    boolean changed = !time.isBefore(changeAt);
    double work = changed ? shift(hour, 19.5, 9) : shift(hour, 6.5, 9);
    double idle = 30 + 4 * hall + (changed ? 8 : 0);
    double machines = (70 + 10 * hall) * (changed ? 1.2 : 1);
    double noise =
        new SplittableRandom(
                seed * 0x9E3779B97F4A7C15L + time.getEpochSecond() * 31 + hall * 0x5851F42DL)
            .nextGaussian();
    return Math.max(1, (idle + machines * work) * (1 + NOISE * noise));
  }

  /** How many of the machines run: a ramp of an hour and a half at either end. */
  private static double shift(double hour, double start, double length) {
    double since = (hour - start + 24) % 24;
    double ramp = 1.5;
    if (since < ramp) {
      return smooth(since / ramp);
    }
    if (since < length) {
      return 1;
    }
    return since < length + ramp ? 1 - smooth((since - length) / ramp) : 0;
  }

  private static double smooth(double share) {
    return share * share * (3 - 2 * share);
  }
}
