package dev.tidewatch.sdk;

import dev.tidewatch.proto.ingest.v1.RejectedReading;
import dev.tidewatch.proto.ingest.v1.WriterBudget;
import io.opentelemetry.api.trace.StatusCode;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sealed batches that the server has not yet said to be on disk, in the order of their sequences:
 * first those that went out on the present stream, then those that did not. Not thread-safe;
 * guarded by the outbox's lock.
 */
final class UnacknowledgedBatches {
  private final ArrayDeque<PendingBatch> sent = new ArrayDeque<>();
  private final ArrayDeque<PendingBatch> unsent = new ArrayDeque<>();
  private long bytes;
  private long readings;
  private long sentReadings;

  void add(PendingBatch batch) {
    unsent.addLast(batch);
    bytes += batch.bytes();
    readings += batch.readings();
  }

  boolean isEmpty() {
    return sent.isEmpty() && unsent.isEmpty();
  }

  long readings() {
    return readings;
  }

  /** True if another batch of this size has no room beside them; one alone always has. */
  boolean isCrowded(WriterSettings settings, long nextBytes) {
    return !isEmpty()
        && (sent.size() + unsent.size() >= settings.unacknowledgedBatchesMax()
            || bytes + nextBytes > settings.unacknowledgedBytesMax());
  }

  /** A new stream begins: all of them are to be sent again. */
  void rewind() {
    while (!sent.isEmpty()) {
      unsent.addFirst(sent.removeLast());
    }
    sentReadings = 0;
  }

  /** True if the server owes an answer to something sent on this stream. */
  boolean areAwaited() {
    return !sent.isEmpty();
  }

  /** The next to send, counted as sent; null if there is none or the budget is used up. */
  @Nullable PendingBatch takeNext(WriterBudget budget) {
    PendingBatch next = unsent.peekFirst();
    if (next == null) {
      return null;
    }
    int batchesMax = budget.getBatchesInFlightMax();
    int readingsMax = budget.getReadingsInFlightMax();
    boolean fits =
        (batchesMax == 0 || sent.size() < batchesMax)
            && (readingsMax == 0 || sentReadings + next.readings() <= readingsMax);
    if (!sent.isEmpty() && !fits) {
      return null;
    }
    sent.addLast(unsent.removeFirst());
    sentReadings += next.readings();
    return next;
  }

  /** Everything up to this sequence is on disk. */
  void dropThrough(long sequence) {
    while (!sent.isEmpty() && sent.getFirst().sequence() <= sequence) {
      sentReadings -= sent.getFirst().readings();
      drop(sent.removeFirst());
    }
    while (!unsent.isEmpty() && unsent.getFirst().sequence() <= sequence) {
      drop(unsent.removeFirst());
    }
  }

  private void drop(PendingBatch batch) {
    batch.span().end();
    bytes -= batch.bytes();
    readings -= batch.readings();
  }

  /** Puts what was sent beside what the server rejected. */
  List<Rejection> rejections(List<RejectedReading> rejected) {
    return Rejections.of(rejected, sent);
  }

  /** The writer gives up; their spans say so. */
  void fail(String reason) {
    for (ArrayDeque<PendingBatch> batches : List.of(sent, unsent)) {
      for (PendingBatch batch : batches) {
        batch.span().setStatus(StatusCode.ERROR, reason);
        batch.span().end();
      }
    }
  }
}
