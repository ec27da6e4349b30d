package dev.tidewatch.trainer.tuning;

import dev.tidewatch.models.bundle.Parameters;

/**
 * One try of some settings.
 *
 * @param number 0 for the settings given
 * @param parameters that were tried
 * @param rung size of its back-test: 0 is the smallest of a halving, and all there is elsewhere
 * @param loss the metric; {@code NaN} where it failed
 * @param end how it ended
 * @param note why it failed; else empty
 */
public record Trial(
    int number, Parameters parameters, int rung, double loss, End end, String note) {
  /** How a trial ended. */
  public enum End {
    COMPLETE,
    /** Given up on the way, since it was behind the others. */
    PRUNED,
    FAILED
  }

  /** True if it can be told from others by its loss. */
  boolean counts() {
    return end == End.COMPLETE && !Double.isNaN(loss);
  }
}
