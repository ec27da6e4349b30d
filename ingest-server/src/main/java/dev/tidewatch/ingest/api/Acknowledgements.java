package dev.tidewatch.ingest.api;

import dev.tidewatch.ingest.intake.CommittedBatch;
import dev.tidewatch.ingest.intake.Counts;
import dev.tidewatch.ingest.intake.OutcomeCodec;
import dev.tidewatch.ingest.intake.Reject;
import dev.tidewatch.proto.ingest.v1.BatchAcknowledgement;
import dev.tidewatch.proto.ingest.v1.ReadingCounts;
import dev.tidewatch.proto.ingest.v1.RejectedReading;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gathers outcomes of batches that follow each other into one acknowledgement. Not thread-safe. */
final class Acknowledgements {
  private static final int REJECTS_MAX = 10_000;

  private @Nullable CommittedBatch last;
  private long from;
  private long through;
  private long accepted;
  private long unchanged;
  private long replaced;
  private long dropped;
  private long rejections;
  private final List<RejectedReading> rejected = new ArrayList<>();

  /** False if the batch must go into a message of its own, after this one. */
  boolean add(long sequence, CommittedBatch batch) {
    if (last == null) {
      from = sequence;
    } else if (sequence != through + 1
        || batch.replayed() != last.replayed()
        || rejected.size() + batch.outcome().rejects().size() > REJECTS_MAX) {
      return false;
    }
    last = batch;
    through = sequence;
    Counts counts = batch.outcome().counts();
    accepted += counts.accepted();
    unchanged += counts.unchanged();
    replaced += counts.replaced();
    dropped += counts.dropped();
    rejections += counts.rejected();
    rejects(sequence, batch.outcome().rejects(), rejected);
    return true;
  }

  boolean isEmpty() {
    return last == null;
  }

  /** The message; empties this. */
  BatchAcknowledgement.Builder take() {
    if (last == null) {
      throw new IllegalStateException("nothing to acknowledge");
    }
    BatchAcknowledgement.Builder message =
        BatchAcknowledgement.newBuilder()
            .setFromSequence(from)
            .setThroughSequence(through)
            .setFeedPosition(Protos.token(last.position()))
            .setCounts(toProto(new Counts(accepted, unchanged, replaced, dropped, rejections)))
            .addAllRejected(rejected)
            .setReplayed(last.replayed());
    last = null;
    accepted = 0;
    unchanged = 0;
    replaced = 0;
    dropped = 0;
    rejections = 0;
    rejected.clear();
    return message;
  }

  static ReadingCounts toProto(Counts counts) {
    return ReadingCounts.newBuilder()
        .setAccepted(counts.accepted())
        .setUnchanged(counts.unchanged())
        .setReplaced(counts.replaced())
        .setDropped(counts.dropped())
        .setRejected(counts.rejected())
        .build();
  }

  static void rejects(long sequence, List<Reject> rejects, List<RejectedReading> to) {
    for (Reject reject : rejects) {
      to.add(
          RejectedReading.newBuilder()
              .setSequence(sequence)
              .setIndex(reject.index())
              .setReasonValue(reject.reason().number())
              .setRetryCanHelp(reject.reason().retryCanHelp())
              .setMessage(to.size() < OutcomeCodec.MESSAGES_MAX ? reject.message() : "")
              .build());
    }
  }
}
