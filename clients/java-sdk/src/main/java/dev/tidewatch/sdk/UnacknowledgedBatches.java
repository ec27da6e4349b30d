package dev.tidewatch.sdk;

import dev.tidewatch.proto.ingest.v1.RejectedReading;
import dev.tidewatch.proto.ingest.v1.WriterBudget;
import io.opentelemetry.api.trace.StatusCode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sealed batches that the server has not yet said to be on disk, in the order of their sequences,
 * and how many of them went out on the present stream. Not thread-safe; guarded by the writer's
 * lock.
 */
final class UnacknowledgedBatches {
  private final Deque<PendingBatch> batches = new ArrayDeque<>();
  private long bytes;
  private long readings;
  private int sentBatches;
  private long sentReadings;

  void add(PendingBatch batch) {
    batches.addLast(batch);
    bytes += batch.bytes();
    readings += batch.readings();
  }

  boolean isEmpty() {
    return batches.isEmpty();
  }

  long readings() {
    return readings;
  }

  /** True if another batch of this size has no room beside them; one alone always has. */
  boolean isCrowded(WriterSettings settings, long nextBytes) {
    return !batches.isEmpty()
        && (batches.size() >= settings.unacknowledgedBatchesMax()
            || bytes + nextBytes > settings.unacknowledgedBytesMax());
  }

  /** A new stream begins: all of them are to be sent again. */
  void rewind() {
    sentBatches = 0;
    sentReadings = 0;
  }

  /** True if the server owes an answer to something sent on this stream. */
  boolean areAwaited() {
    return sentBatches > 0;
  }

  /** The next to send, counted as sent; null if there is none or the budget is used up. */
  @Nullable PendingBatch takeNext(WriterBudget budget) {
    if (sentBatches >= batches.size()) {
      return null;
    }
    Iterator<PendingBatch> unsent = batches.iterator();
    for (int i = 0; i < sentBatches; i++) {
      unsent.next();
    }
    PendingBatch next = unsent.next();
    int batchesMax = budget.getBatchesInFlightMax();
    int readingsMax = budget.getReadingsInFlightMax();
    boolean fits =
        (batchesMax == 0 || sentBatches < batchesMax)
            && (readingsMax == 0 || sentReadings + next.readings() <= readingsMax);
    if (sentBatches > 0 && !fits) {
      return null;
    }
    sentBatches++;
    sentReadings += next.readings();
    return next;
  }

  /** Everything up to this sequence is on disk. */
  void dropThrough(long sequence) {
    while (!batches.isEmpty() && batches.getFirst().sequence() <= sequence) {
      PendingBatch batch = batches.removeFirst();
      batch.span().end();
      bytes -= batch.bytes();
      readings -= batch.readings();
      if (sentBatches > 0) {
        sentBatches--;
        sentReadings -= batch.readings();
      }
    }
  }

  /** Puts what was sent beside what the server rejected. */
  List<Rejection> rejections(List<RejectedReading> rejected) {
    List<Rejection> found = new ArrayList<>(rejected.size());
    for (RejectedReading reading : rejected) {
      for (PendingBatch batch : batches) {
        if (batch.sequence() == reading.getSequence()) {
          found.add(batch.rejection(reading));
        }
      }
    }
    return found;
  }

  /** The writer gives up; their spans say so. */
  void fail(String reason) {
    for (PendingBatch batch : batches) {
      batch.span().setStatus(StatusCode.ERROR, reason);
      batch.span().end();
    }
  }
}
