package dev.tidewatch.timeseries.drift;

/** Reads a stream value by value and says where it changed. Not thread-safe. */
public interface ChangeDetector {
  /**
   * Takes the next value.
   *
   * @param value finite
   * @return whether a change is reported here
   * @throws IllegalArgumentException if the value is not finite
   */
  boolean add(double value);

  /** All that {@link #restore} needs to go on from here. */
  double[] state();

  /**
   * Goes on from where {@link #state} was called.
   *
   * @throws IllegalArgumentException if these numbers are no state of this detector
   */
  void restore(double[] state);
}
