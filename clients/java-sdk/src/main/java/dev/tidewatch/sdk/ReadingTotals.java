package dev.tidewatch.sdk;

import dev.tidewatch.proto.ingest.v1.ReadingCounts;

/**
 * What became of readings; the five sum up to the number sent.
 *
 * @param accepted stored as new
 * @param unchanged already there with the same value and quality
 * @param replaced stored in place of another value
 * @param dropped not stored because another value was there first
 * @param rejected not stored; kept in quarantine
 */
public record ReadingTotals(
    long accepted, long unchanged, long replaced, long dropped, long rejected) {
  public static final ReadingTotals NONE = new ReadingTotals(0, 0, 0, 0, 0);

  static ReadingTotals of(ReadingCounts counts) {
    return new ReadingTotals(
        counts.getAccepted(),
        counts.getUnchanged(),
        counts.getReplaced(),
        counts.getDropped(),
        counts.getRejected());
  }

  public ReadingTotals plus(ReadingTotals other) {
    return new ReadingTotals(
        accepted + other.accepted,
        unchanged + other.unchanged,
        replaced + other.replaced,
        dropped + other.dropped,
        rejected + other.rejected);
  }

  /** All of them. */
  public long sum() {
    return accepted + unchanged + replaced + dropped + rejected;
  }
}
