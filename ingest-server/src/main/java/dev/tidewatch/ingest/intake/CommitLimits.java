package dev.tidewatch.ingest.intake;

/**
 * How much is committed at once.
 *
 * @param lanes connections that commit side by side
 * @param groupReadingsMax readings of one group; a single batch may have more
 * @param groupBytesMax bytes of its feed block, about; a single batch may have more
 * @param groupBatchesMax batches of one group
 */
public record CommitLimits(
    int lanes, int groupReadingsMax, int groupBytesMax, int groupBatchesMax) {
  public CommitLimits {
    if (lanes < 1 || lanes > 64) {
      throw new IllegalArgumentException("lanes: " + lanes + ", allowed are 1 to 64");
    }
    if (groupReadingsMax < 1 || groupBytesMax < 1 || groupBatchesMax < 1) {
      throw new IllegalArgumentException("a limit of the commit group is below 1");
    }
  }
}
