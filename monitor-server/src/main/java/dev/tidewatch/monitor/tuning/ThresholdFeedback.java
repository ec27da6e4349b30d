package dev.tidewatch.monitor.tuning;

import java.time.Duration;
import java.time.Instant;
import java.util.OptionalDouble;

/**
 * How false alarms move a detector's threshold for one series.
 *
 * <ul>
 *   <li>A false alarm multiplies the factor by 1.25, up to 3.
 *   <li>Only one that was found under the newest raise, or a later tuning, counts: those found
 *       before it were answered by it, however many of them are marked.
 *   <li>From then on the distance of the factor from 1 halves every 30 days of domain time, so that
 *       a detector that nobody complains of comes back to how it was trained. It moves in steps of
 *       at least 0.05; within 0.05 of 1 it is 1.
 *   <li>What is set by hand stays.
 * </ul>
 */
public final class ThresholdFeedback {
  static final double RAISE = 1.25;
  static final double RAISED_MAX = 3;
  static final Duration HALF_LIFE = Duration.ofDays(30);
  static final double STEP_MIN = 0.05;

  private ThresholdFeedback() {}

  /**
   * The factor after a false alarm; empty if none is needed.
   *
   * @param factor in force
   * @param raisedRevision revision of the newest raise; 0: none
   * @param foundRevision revision under which the anomaly was found; 0: untuned
   */
  public static OptionalDouble raised(double factor, long raisedRevision, long foundRevision) {
    if (foundRevision < raisedRevision || factor >= RAISED_MAX) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(Math.min(RAISED_MAX, factor * RAISE));
  }

  /** Where a raised factor stands later; empty if it need not move yet. */
  public static OptionalDouble relaxed(
      double factor, double raisedTo, Instant raisedAt, Instant now) {
    double halves =
        Math.max(0, Duration.between(raisedAt, now).toMillis() / (double) HALF_LIFE.toMillis());
    double aim = 1 + (raisedTo - 1) * Math.pow(0.5, halves);
    if (Math.abs(aim - 1) < STEP_MIN) {
      return factor == 1 ? OptionalDouble.empty() : OptionalDouble.of(1);
    }
    return Math.abs(aim - factor) < STEP_MIN ? OptionalDouble.empty() : OptionalDouble.of(aim);
  }
}
