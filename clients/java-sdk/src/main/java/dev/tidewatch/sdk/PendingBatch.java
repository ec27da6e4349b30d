package dev.tidewatch.sdk;

import dev.tidewatch.proto.ingest.v1.ReadingsBatch;
import dev.tidewatch.proto.ingest.v1.RejectedReading;
import dev.tidewatch.proto.ingest.v1.SeriesReadings;
import io.opentelemetry.api.trace.Span;

/**
 * A sealed batch that awaits its acknowledgement; sent again as it is after a broken stream.
 *
 * @param bytes roughly what it takes on the wire
 * @param span open until the acknowledgement
 */
record PendingBatch(ReadingsBatch message, int readings, long bytes, Span span) {
  private static final String REASON_PREFIX = "REJECT_REASON_";

  long sequence() {
    return message.getSequence();
  }

  /** Puts what was sent beside what the server said of it. */
  Rejection rejection(RejectedReading rejected) {
    String reason = rejected.getReason().name();
    String stable =
        reason.startsWith(REASON_PREFIX) ? reason.substring(REASON_PREFIX.length()) : reason;
    int index = rejected.getIndex();
    for (SeriesReadings column : message.getColumnsList()) {
      if (index < column.getTimesMicrosCount()) {
        return new Rejection(
            column.getSeries(),
            column.getTimesMicros(index),
            column.getValues(index),
            stable,
            rejected.getRetryCanHelp(),
            rejected.getMessage());
      }
      index -= column.getTimesMicrosCount();
    }
    throw new IllegalStateException(
        "the server rejected reading "
            + rejected.getIndex()
            + " of batch "
            + sequence()
            + ", which holds "
            + readings);
  }
}
