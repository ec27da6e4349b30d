package dev.tidewatch.ingest.intake;

import java.time.Instant;
import java.util.Optional;

/**
 * Where a writer stands on disk.
 *
 * @param epoch grows with every opening
 * @param lastSequence the newest committed batch; 0: none
 * @param sourcePosition as sent with that batch
 * @param counts over all its batches
 * @param createTime of the first opening, by the domain clock
 * @param commitTime of the newest batch, by the domain clock; empty: none
 */
public record WriterState(
    String writerId,
    long epoch,
    long lastSequence,
    SourcePosition sourcePosition,
    Counts counts,
    Instant createTime,
    Optional<Instant> commitTime) {}
