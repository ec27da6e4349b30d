package dev.tidewatch.sdk;

import dev.tidewatch.proto.ingest.v1.RejectedReading;
import dev.tidewatch.proto.ingest.v1.SeriesReadings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Puts rejected readings as they were sent beside what the server said of them. */
final class Rejections {
  private static final String REASON_PREFIX = "REJECT_REASON_";

  private Rejections() {}

  /**
   * @param batches which may hold the rejected readings; those of others are left out
   */
  static List<Rejection> of(List<RejectedReading> rejected, Iterable<PendingBatch> batches) {
    if (rejected.isEmpty()) {
      return List.of();
    }
    Map<Long, PendingBatch> bySequence = new HashMap<>();
    batches.forEach(batch -> bySequence.put(batch.sequence(), batch));
    Map<Long, List<SeriesReadings>> decoded = new HashMap<>();
    List<Rejection> found = new ArrayList<>(rejected.size());
    for (RejectedReading reading : rejected) {
      PendingBatch batch = bySequence.get(reading.getSequence());
      if (batch != null) {
        List<SeriesReadings> columns =
            decoded.computeIfAbsent(
                batch.sequence(), _ -> batch.message().decode().getBatch().getColumnsList());
        found.add(of(reading, columns));
      }
    }
    return found;
  }

  private static Rejection of(RejectedReading rejected, List<SeriesReadings> columns) {
    String reason = rejected.getReason().name();
    String stable =
        reason.startsWith(REASON_PREFIX) ? reason.substring(REASON_PREFIX.length()) : reason;
    int index = rejected.getIndex();
    for (SeriesReadings column : columns) {
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
            + rejected.getSequence()
            + ", which has fewer");
  }
}
