package dev.tidewatch.ingest;

import dev.tidewatch.ingest.intake.CommitLimits;
import dev.tidewatch.ingest.intake.IntakeLimits;
import dev.tidewatch.serverkit.config.Setting;
import java.time.Duration;
import java.util.Optional;

/** How readings are taken in. */
public record IntakeConfig(
    @Setting(
            description = "Create series that are unknown, unless the client says otherwise.",
            defaultValue = "true")
        boolean createUnknown,
    @Setting(
            description =
                "How far ahead of the clock a reading may be, unless its series says otherwise.",
            defaultValue = "5m")
        Duration futureSkewMax,
    @Setting(description = "How far back readings are kept; absent: for ever.")
        Optional<Duration> retention,
    @Setting(
            description = "Batches of one stream that may wait for their acknowledgement.",
            defaultValue = "1024")
        int streamBatchesMax,
    @Setting(
            description = "Readings of one stream that may wait for their acknowledgement.",
            defaultValue = "200000")
        int streamReadingsMax,
    @Setting(description = "Readings of one batch.", defaultValue = "100000") int batchReadingsMax,
    @Setting(description = "Readings of one unary request.", defaultValue = "10000")
        int requestReadingsMax,
    @Setting(
            description = "Readings of all streams together that may be on their way to disk.",
            defaultValue = "2000000")
        long readingsInMemoryMax,
    @Setting(description = "Connections that commit side by side.", defaultValue = "2")
        int commitLanes,
    @Setting(description = "Readings that are committed together.", defaultValue = "100000")
        int groupReadingsMax,
    @Setting(
            description = "Series that are kept in memory; a hundred bytes or two each.",
            defaultValue = "200000")
        int seriesInMemoryMax,
    @Setting(
            description = "How many batches back a writer may repeat one.",
            defaultValue = "100000")
        int sequencesKept,
    @Setting(
            description =
                "How long to ask for the outcome of a commit in which the connection broke.",
            defaultValue = "30s")
        Duration unknownCommitTimeout,
    @Setting(description = "How long rejected readings stay in quarantine.", defaultValue = "30d")
        Duration quarantineKept,
    @Setting(
            description = "How many rejected readings quarantine holds; beyond it, the oldest go.",
            defaultValue = "1000000")
        long quarantineRowsMax) {
  private static final int GROUP_BATCHES_MAX = 4_096;

  /** So that a block stays below the 4 MiB that gRPC clients take by default. */
  private static final int GROUP_BLOCK_BYTES_MAX = 2 << 20;

  private static final int BATCH_BLOCK_BYTES_MAX = 7 << 19;

  public IntakeConfig {
    if (readingsInMemoryMax < batchReadingsMax) {
      throw new IllegalArgumentException(
          "readings-in-memory-max: must hold at least one batch of batch-readings-max");
    }
    if (quarantineKept.isNegative() || quarantineRowsMax < 0) {
      throw new IllegalArgumentException(
          "quarantine-kept, quarantine-rows-max: must not be negative");
    }
    if (seriesInMemoryMax < 1 || sequencesKept < streamBatchesMax) {
      throw new IllegalArgumentException(
          "sequences-kept: must be at least stream-batches-max, and series-in-memory-max at least 1");
    }
  }

  IntakeLimits limits(int messageBytesMax) {
    return new IntakeLimits(
        streamBatchesMax,
        streamReadingsMax,
        batchReadingsMax,
        BATCH_BLOCK_BYTES_MAX,
        requestReadingsMax,
        messageBytesMax,
        createUnknown);
  }

  CommitLimits commitLimits() {
    return new CommitLimits(
        commitLanes, groupReadingsMax, GROUP_BLOCK_BYTES_MAX, GROUP_BATCHES_MAX);
  }
}
