package dev.tidewatch.serverkit.lifecycle;

import java.time.Duration;

/**
 * How often something is done, in real time.
 *
 * @param interval from the end of a round to the beginning of the next one
 * @param restFactor a round is followed by a rest of at least so many times what it took: 4 leaves
 *     four fifths of a core to others, 0 asks for no rest
 * @param pauseMin after the first of several failures; the pause doubles with each further one
 * @param pauseMax the longest pause
 */
public record Pace(Duration interval, int restFactor, Duration pauseMin, Duration pauseMax) {
  private static final Duration PAUSE_MIN = Duration.ofMillis(100);
  private static final Duration PAUSE_MAX = Duration.ofSeconds(5);

  public Pace {
    requirePositive("interval", interval);
    requirePositive("pauseMin", pauseMin);
    requirePositive("pauseMax", pauseMax);
    if (restFactor < 0) {
      throw new IllegalArgumentException("restFactor: " + restFactor + ", expected 0 or more");
    }
    if (pauseMin.compareTo(pauseMax) > 0) {
      throw new IllegalArgumentException(
          "pauseMin: " + pauseMin + ", expected at most pauseMax, " + pauseMax);
    }
  }

  /** No rest beyond the interval; pauses of 100 ms to 5 s after failures. */
  public static Pace every(Duration interval) {
    return new Pace(interval, 0, PAUSE_MIN, PAUSE_MAX);
  }

  public Pace resting(int times) {
    return new Pace(interval, times, pauseMin, pauseMax);
  }

  public Pace pausing(Duration min, Duration max) {
    return new Pace(interval, restFactor, min, max);
  }

  private static void requirePositive(String name, Duration duration) {
    if (!duration.isPositive()) {
      throw new IllegalArgumentException(name + ": " + duration + ", expected more than 0");
    }
  }
}
