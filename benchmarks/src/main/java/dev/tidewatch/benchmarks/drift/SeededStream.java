package dev.tidewatch.benchmarks.drift;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * A stream of readings of known make: noise of one standard deviation that changes once, or never.
 *
 * @param seed of its random numbers
 * @param changeAt row of the first changed reading; {@link #NEVER}: it does not change
 */
record SeededStream(long seed, int number, Noise noise, Change change, int changeAt) {
  static final int ROWS = 10_000;
  static final int NEVER = Integer.MAX_VALUE;
  private static final int WITH_CHANGE = 100;
  private static final int WITHOUT_CHANGE = 100;
  private static final int CHANGE_FROM = 2_000;
  private static final int CHANGE_TO = 8_000;

  /** How readings vary; each has a mean of 0 and a deviation of 1. */
  enum Noise {
    NORMAL,
    /** Student's t with five degrees of freedom: now and then far out. */
    HEAVY_TAILED,
    /** Each leans on the one before it by 0.3. */
    CORRELATED_30,
    /** Each leans on the one before it by 0.6. */
    CORRELATED_60
  }

  /** What happens to them. */
  enum Change {
    NONE(0, 1),
    MEAN_HALF(0.5, 1),
    MEAN_ONE(1, 1),
    MEAN_TWO(2, 1),
    SIZE_DOUBLED(0, 2);

    private final double shift;
    private final double factor;

    Change(double shift, double factor) {
      this.shift = shift;
      this.factor = factor;
    }
  }

  /** A hundred that change, half of them by one deviation, and a hundred that do not. */
  static List<SeededStream> all(long seed) {
    var streams = new ArrayList<SeededStream>();
    for (int i = 0; i < WITH_CHANGE; i++) {
      Change change =
          i < 50
              ? Change.MEAN_ONE
              : i < 70 ? Change.MEAN_HALF : i < 85 ? Change.MEAN_TWO : Change.SIZE_DOUBLED;
      streams.add(of(seed, i, change));
    }
    for (int i = 0; i < WITHOUT_CHANGE; i++) {
      streams.add(of(seed, WITH_CHANGE + i, Change.NONE));
    }
    return streams;
  }

  private static SeededStream of(long seed, int number, Change change) {
    Noise noise = Noise.values()[number % Noise.values().length];
    long own = seed * 1_000_003 + number;
    int at = change == Change.NONE ? NEVER : new Random(~own).nextInt(CHANGE_FROM, CHANGE_TO);
    return new SeededStream(own, number, noise, change, at);
  }

  /** As it is called in files: what happens, then its number. */
  String name() {
    return String.format(
        Locale.ROOT, "%s_%03d", change.name().toLowerCase(Locale.ROOT).replace('_', '-'), number);
  }

  double[] readings() {
    var random = new Random(seed);
    var values = new double[ROWS];
    double before = 0;
    for (int i = 0; i < ROWS; i++) {
      double reading =
          switch (noise) {
            case NORMAL -> random.nextGaussian();
            case HEAVY_TAILED -> student(random);
            case CORRELATED_30 -> 0.3 * before + Math.sqrt(1 - 0.09) * random.nextGaussian();
            case CORRELATED_60 -> 0.6 * before + Math.sqrt(1 - 0.36) * random.nextGaussian();
          };
      before = reading;
      values[i] = i < changeAt ? reading : reading * change.factor + change.shift;
    }
    return values;
  }

  private static double student(Random random) {
    int degrees = 5;
    double squares = 0;
    for (int i = 0; i < degrees; i++) {
      double one = random.nextGaussian();
      squares += one * one;
    }
    double variance = (double) degrees / (degrees - 2);
    return random.nextGaussian() / Math.sqrt(squares / degrees) / Math.sqrt(variance);
  }
}
