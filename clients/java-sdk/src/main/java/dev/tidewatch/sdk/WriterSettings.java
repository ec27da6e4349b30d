package dev.tidewatch.sdk;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * Bounds and waits of an {@link IngestWriter}. The server's own budget holds as well; the smaller
 * bound wins.
 *
 * @param batchReadingsMax a batch goes out when it holds this many
 * @param linger a smaller batch goes out when its first reading has waited this long
 * @param unacknowledgedBatchesMax sealed batches that may await acknowledgement before {@code
 *     append} blocks
 * @param unacknowledgedBytesMax their size; one batch is allowed in any case
 * @param acknowledgementTimeout a connection that is silent for this long while batches await an
 *     answer counts as broken
 * @param giveUpAfter the writer fails when nothing got through for this long
 * @param backoff waits between connections
 * @param createSeries true has the server create series that it does not know; false has it reject
 *     their readings
 */
public record WriterSettings(
    int batchReadingsMax,
    Duration linger,
    int unacknowledgedBatchesMax,
    long unacknowledgedBytesMax,
    Duration acknowledgementTimeout,
    Duration giveUpAfter,
    Backoff backoff,
    boolean createSeries) {
  /**
   * 5,000 readings or 50 ms a batch, 32 batches or 32 MiB ahead, 30 s for an answer, 5 minutes
   * until giving up; series are created.
   */
  public static final WriterSettings USUAL =
      new WriterSettings(
          5_000,
          Duration.ofMillis(50),
          32,
          32L << 20,
          Duration.ofSeconds(30),
          Duration.ofMinutes(5),
          Backoff.USUAL,
          true);

  public WriterSettings {
    if (batchReadingsMax < 1) {
      throw new IllegalArgumentException("batchReadingsMax: " + batchReadingsMax);
    }
    if (linger.isNegative()) {
      throw new IllegalArgumentException("linger: " + linger);
    }
    if (unacknowledgedBatchesMax < 1) {
      throw new IllegalArgumentException("unacknowledgedBatchesMax: " + unacknowledgedBatchesMax);
    }
    if (unacknowledgedBytesMax < 1) {
      throw new IllegalArgumentException("unacknowledgedBytesMax: " + unacknowledgedBytesMax);
    }
    if (!acknowledgementTimeout.isPositive()) {
      throw new IllegalArgumentException("acknowledgementTimeout: " + acknowledgementTimeout);
    }
    if (!giveUpAfter.isPositive()) {
      throw new IllegalArgumentException("giveUpAfter: " + giveUpAfter);
    }
  }

  public WriterSettings withBatchReadingsMax(int batchReadingsMax) {
    return with(draft -> draft.batchReadingsMax = batchReadingsMax);
  }

  public WriterSettings withLinger(Duration linger) {
    return with(draft -> draft.linger = linger);
  }

  public WriterSettings withUnacknowledgedBatchesMax(int unacknowledgedBatchesMax) {
    return with(draft -> draft.unacknowledgedBatchesMax = unacknowledgedBatchesMax);
  }

  public WriterSettings withAcknowledgementTimeout(Duration acknowledgementTimeout) {
    return with(draft -> draft.acknowledgementTimeout = acknowledgementTimeout);
  }

  public WriterSettings withGiveUpAfter(Duration giveUpAfter) {
    return with(draft -> draft.giveUpAfter = giveUpAfter);
  }

  public WriterSettings withBackoff(Backoff backoff) {
    return with(draft -> draft.backoff = backoff);
  }

  public WriterSettings withCreateSeries(boolean createSeries) {
    return with(draft -> draft.createSeries = createSeries);
  }

  private WriterSettings with(Consumer<Draft> change) {
    var draft = new Draft(this);
    change.accept(draft);
    return draft.done();
  }

  /** The parts of one that is yet to be made. */
  private static final class Draft {
    private int batchReadingsMax;
    private Duration linger;
    private int unacknowledgedBatchesMax;
    private long unacknowledgedBytesMax;
    private Duration acknowledgementTimeout;
    private Duration giveUpAfter;
    private Backoff backoff;
    private boolean createSeries;

    Draft(WriterSettings from) {
      batchReadingsMax = from.batchReadingsMax;
      linger = from.linger;
      unacknowledgedBatchesMax = from.unacknowledgedBatchesMax;
      unacknowledgedBytesMax = from.unacknowledgedBytesMax;
      acknowledgementTimeout = from.acknowledgementTimeout;
      giveUpAfter = from.giveUpAfter;
      backoff = from.backoff;
      createSeries = from.createSeries;
    }

    WriterSettings done() {
      return new WriterSettings(
          batchReadingsMax,
          linger,
          unacknowledgedBatchesMax,
          unacknowledgedBytesMax,
          acknowledgementTimeout,
          giveUpAfter,
          backoff,
          createSeries);
    }
  }
}
