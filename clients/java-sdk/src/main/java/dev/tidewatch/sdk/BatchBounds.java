package dev.tidewatch.sdk;

import dev.tidewatch.proto.ingest.v1.WriterBudget;

/**
 * How much a batch may hold.
 *
 * @param readings after which it goes out
 * @param readingsMax after which it goes out even between two marks
 * @param bytes after which it goes out in any case
 */
record BatchBounds(int readings, int readingsMax, long bytes) {
  /** Where the server says nothing: what a message of gRPC may have by default. */
  private static final int BYTES_USUAL = 4 << 20;

  static BatchBounds of(WriterSettings settings, WriterBudget budget) {
    int server =
        budget.getBatchReadingsMax() > 0 ? budget.getBatchReadingsMax() : Integer.MAX_VALUE;
    int bytes = budget.getBatchBytesMax() > 0 ? budget.getBatchBytesMax() : BYTES_USUAL;
    return new BatchBounds(
        Math.min(settings.batchReadingsMax(), server),
        (int) Math.min(settings.batchReadingsMax() * 2L, server),
        // A quarter is kept free for what the estimate leaves out, and for the next reading.
        bytes * 3L / 4);
  }

  boolean isFull(OpenBatch batch) {
    return batch.readings() >= readings || batch.bytes() >= bytes;
  }

  boolean mustEnd(OpenBatch batch) {
    return batch.readings() >= readingsMax || batch.bytes() >= bytes;
  }

  /** How many readings may follow until the batch must be looked at again; at least one. */
  int room(OpenBatch batch, boolean mayEnd) {
    long byCount = (long) (mayEnd ? readings : readingsMax) - batch.readings();
    long byBytes = (bytes - batch.bytes()) / OpenBatch.READING_BYTES;
    return (int) Math.max(1, Math.min(byCount, byBytes));
  }
}
