package dev.tidewatch.timeseries.energy;

import dev.tidewatch.timeseries.Times;

/**
 * How long a value was above a threshold, from readings that come one by one in the order of times.
 * A value holds until the next reading, but no longer than the hold limit: after that the state is
 * unknown, which counts as not running and ends a run. Not thread-safe.
 */
public final class RunTime {
  private final double threshold;
  private final long fromMicros;
  private final long toMicros;
  private final long holdMicros;

  private boolean begun;
  private long previousMicros;
  private boolean running;

  private long runMicros;
  private long knownMicros;
  private long starts;
  private long longestMicros;
  private long currentMicros;

  /**
   * @param threshold runs while the value is above it
   * @param fromMicros inclusive
   * @param toMicros exclusive, not before {@code fromMicros}
   * @param holdMicros hold limit; {@code Long.MAX_VALUE}: none
   */
  public RunTime(double threshold, long fromMicros, long toMicros, long holdMicros) {
    if (toMicros < fromMicros || holdMicros <= 0) {
      throw new IllegalArgumentException(
          "span of %d microseconds, hold limit of %d; expected at least 0 and above 0"
              .formatted(toMicros - fromMicros, holdMicros));
    }
    this.threshold = threshold;
    this.fromMicros = fromMicros;
    this.toMicros = toMicros;
    this.holdMicros = holdMicros;
  }

  /** The next reading; one before the span tells the state at its begin. */
  public void add(long timeMicros, double value) {
    boolean nowRunning = value > threshold;
    if (begun) {
      if (timeMicros <= previousMicros) {
        throw new IllegalArgumentException(
            "a reading at %s comes behind one at %s"
                .formatted(Times.toInstant(timeMicros), Times.toInstant(previousMicros)));
      }
      hold(timeMicros);
      if (nowRunning && !running && timeMicros >= fromMicros && timeMicros < toMicros) {
        starts++;
      }
    }
    begun = true;
    previousMicros = timeMicros;
    running = nowRunning;
  }

  private void hold(long untilMicros) {
    boolean lost = untilMicros - previousMicros > holdMicros;
    long end = Math.min(lost ? previousMicros + holdMicros : untilMicros, toMicros);
    long held = Math.max(0, end - Math.max(previousMicros, fromMicros));
    knownMicros += held;
    if (running) {
      runMicros += held;
      currentMicros += held;
      longestMicros = Math.max(longestMicros, currentMicros);
    }
    if (!running || lost) {
      currentMicros = 0;
    }
  }

  /**
   * Holds the last value to the end. No reading may follow.
   *
   * @param nowMicros beyond which nothing is known yet
   */
  public void finish(long nowMicros) {
    if (begun && nowMicros > previousMicros) {
      hold(Math.min(toMicros, nowMicros));
    }
  }

  public long runMicros() {
    return runMicros;
  }

  /** Time whose state is known. */
  public long knownMicros() {
    return knownMicros;
  }

  /** Readings in the span that were above the threshold after one that was not. */
  public long starts() {
    return starts;
  }

  public long longestMicros() {
    return longestMicros;
  }
}
