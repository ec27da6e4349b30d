package dev.tidewatch.ingest.intake;

/**
 * How much senders may have under way.
 *
 * @param streamBatchesMax batches of one stream that are not acknowledged
 * @param streamReadingsMax readings of one stream that are not acknowledged; a single batch may
 *     have more
 * @param batchReadingsMax readings of one batch
 * @param batchBlockBytesMax bytes that one batch may make in the feed
 * @param requestReadingsMax readings of one unary request
 * @param messageBytesMax bytes of one encoded message
 * @param createUnknown whether unknown series are created when the client does not say
 */
public record IntakeLimits(
    int streamBatchesMax,
    int streamReadingsMax,
    int batchReadingsMax,
    int batchBlockBytesMax,
    int requestReadingsMax,
    int messageBytesMax,
    boolean createUnknown) {
  public IntakeLimits {
    if (streamBatchesMax < 1
        || streamReadingsMax < 1
        || batchReadingsMax < 1
        || batchBlockBytesMax < 1
        || requestReadingsMax < 1
        || messageBytesMax < 1) {
      throw new IllegalArgumentException("a limit of the intake is below 1");
    }
  }
}
