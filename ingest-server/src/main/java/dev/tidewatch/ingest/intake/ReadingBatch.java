package dev.tidewatch.ingest.intake;

import java.util.List;

/**
 * Readings that are committed together, as they were sent.
 *
 * @param sequence of its writer; 0 for a unary request
 * @param sourcePosition opaque to the server
 * @param traceparent W3C trace context; empty: none
 * @param createUnknown whether series that do not exist are to be created
 */
public record ReadingBatch(
    long sequence,
    List<SeriesColumn> columns,
    SourcePosition sourcePosition,
    String traceparent,
    boolean createUnknown) {
  public ReadingBatch {
    columns = List.copyOf(columns);
  }

  public int readingCount() {
    int count = 0;
    for (SeriesColumn column : columns) {
      count += column.size();
    }
    return count;
  }

  public BatchDigest digest() {
    return BatchDigest.of(columns, sourcePosition.bytes());
  }
}
