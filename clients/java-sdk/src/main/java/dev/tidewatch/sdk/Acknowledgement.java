package dev.tidewatch.sdk;

import java.util.List;

/**
 * Says that batches are committed.
 *
 * @param fromSequence the first batch answered
 * @param throughSequence the last; this one and all before it are on disk
 * @param feedPosition a read at or after it sees these readings
 * @param totals over the answered batches
 * @param rejections every reading of them that was not stored, in order
 * @param replayed true if an earlier sending did it, whose answer was lost
 */
public record Acknowledgement(
    long fromSequence,
    long throughSequence,
    FeedPosition feedPosition,
    ReadingTotals totals,
    List<Rejection> rejections,
    boolean replayed) {
  public Acknowledgement {
    rejections = List.copyOf(rejections);
  }
}
