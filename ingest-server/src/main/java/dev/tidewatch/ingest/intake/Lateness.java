package dev.tidewatch.ingest.intake;

import java.util.concurrent.TimeUnit;

/**
 * How many readings came although a newer one of their series had come before, by how much older
 * they were. None is refused for that. Not thread-safe.
 */
public final class Lateness {
  /** Names of the classes: up to so much, and the last beyond all. */
  static final String[] CLASSES = {"1m", "1h", "1d", "7d", "more"};

  private static final long[] MICROS_MAX = {
    TimeUnit.MINUTES.toMicros(1),
    TimeUnit.HOURS.toMicros(1),
    TimeUnit.DAYS.toMicros(1),
    TimeUnit.DAYS.toMicros(7),
    Long.MAX_VALUE
  };

  private final long[] counts = new long[CLASSES.length];

  /**
   * Counts one.
   *
   * @param micros distance to the newest reading before it; positive
   */
  public void add(long micros) {
    int at = 0;
    while (micros > MICROS_MAX[at]) {
      at++;
    }
    counts[at]++;
  }

  /** Readings of a class, in the order of {@link #CLASSES}. */
  long count(int ofClass) {
    return counts[ofClass];
  }
}
