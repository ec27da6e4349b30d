package dev.tidewatch.ingest.intake;

import dev.tidewatch.ingest.feed.FeedPosition;
import dev.tidewatch.serverkit.errors.FailedPrecondition;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Where readings, writers and outcomes last. */
public interface ReadingStore {
  /**
   * What a commit did.
   *
   * @param position in the feed
   * @param outcomes one per batch of the group, in order; null for a batch whose writer was opened
   *     by somebody else, or stands at another sequence: nothing of it was stored
   */
  record GroupOutcome(FeedPosition position, List<@Nullable BatchOutcome> outcomes) {}

  /** What was answered for a batch. */
  record StoredOutcome(FeedPosition position, BatchOutcome outcome) {
    /**
     * The answer to a repeat.
     *
     * @throws FailedPrecondition if the repeat says something else
     */
    CommittedBatch replayFor(RequestTicket request, BatchDigest digest) {
      if (!outcome.digest().equals(digest)) {
        throw new FailedPrecondition(
            "REQUEST_CONFLICT",
            "request_id %s was used with other content; make a new one"
                .formatted(request.requestId()));
      }
      return new CommittedBatch(position, outcome, true);
    }

    /**
     * The answer to a repeat.
     *
     * @throws FailedPrecondition if the repeat says something else
     */
    CommittedBatch replayFor(WriterTicket writer, long sequence, BatchDigest digest) {
      if (!outcome.digest().equals(digest)) {
        throw new FailedPrecondition(
            "SEQUENCE_CONFLICT",
            "sequence %d of writer %s was committed with other content; never reuse a sequence"
                .formatted(sequence, writer.writerId()));
      }
      return new CommittedBatch(position, outcome, true);
    }
  }

  /**
   * Opens a writer, fencing who had it open.
   *
   * @return empty if it belongs to another owner
   */
  Optional<OpenedWriter> openWriter(String writerId, String owner, Instant now);

  /** What was answered for a batch of a writer; empty if it is not committed or no longer kept. */
  Optional<StoredOutcome> outcome(int writerKey, long sequence);

  /** What was answered to a unary request; empty if it is not committed or no longer kept. */
  Optional<StoredOutcome> outcome(UUID requestId, String owner);

  /**
   * Commits a group of batches in one transaction: readings, rejects, writers, outcomes and the
   * feed block, durable on return.
   *
   * @param catalogueRevision what every batch was checked against
   * @throws CommitException if nothing was stored, or nothing can be known
   */
  GroupOutcome commit(List<PendingBatch> group, long catalogueRevision, Instant now)
      throws CommitException;
}
