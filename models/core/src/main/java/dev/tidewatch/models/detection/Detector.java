package dev.tidewatch.models.detection;

/**
 * An online detector of one series: sees each reading once, in time order, and learns from it. O(1)
 * time and memory per reading. Not thread-safe: owned by whoever reads the series.
 */
public interface Detector {
  /**
   * Scores a reading against what was seen before it, then learns from it. A reading that is not
   * newer than the newest one is scored by the same rules but neither learnt from nor reported.
   *
   * @param value finite
   * @throws IllegalArgumentException if the value is not finite
   */
  Verdict score(long timeMicros, double value);

  /**
   * The reading, within a range whose squares and sums stay finite.
   *
   * @throws IllegalArgumentException if it is not finite
   */
  static double bounded(double reading, double largest) {
    if (!Double.isFinite(reading)) {
      throw new IllegalArgumentException("value %s of a reading is not finite".formatted(reading));
    }
    return Math.clamp(reading, -largest, largest);
  }

  /** Time of the newest reading learnt from; {@code Long.MIN_VALUE} before the first. */
  long newestMicros();

  /**
   * The state: {@link DetectorModel#restore} continues from it with exactly the verdicts that this
   * detector would have given. At most {@link DetectorModel#stateBytesMax} bytes.
   */
  byte[] save();
}
