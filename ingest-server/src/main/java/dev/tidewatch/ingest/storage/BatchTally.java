package dev.tidewatch.ingest.storage;

import dev.tidewatch.ingest.intake.BatchOutcome;
import dev.tidewatch.ingest.intake.Counts;
import dev.tidewatch.ingest.intake.PendingBatch;
import dev.tidewatch.ingest.intake.Reject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What becomes of the readings of one batch, counted while its group is committed. Not thread-safe.
 */
final class BatchTally {
  final PendingBatch batch;

  /** False: its writer was opened by somebody else; nothing of it is stored. */
  boolean live = true;

  long accepted;
  long unchanged;
  long replaced;
  long dropped;
  private final List<Reject> rejects;

  BatchTally(PendingBatch batch) {
    this.batch = batch;
    this.rejects = new ArrayList<>(batch.checked().rejects());
  }

  void reject(Reject reject) {
    rejects.add(reject);
  }

  List<Reject> rejects() {
    return rejects;
  }

  Counts counts() {
    return new Counts(accepted, unchanged, replaced, dropped, rejects.size());
  }

  /** What is expected before the table was asked: every good reading is new. */
  Counts expected() {
    return new Counts(batch.checked().goodRows(), 0, 0, 0, batch.checked().rejects().size());
  }

  BatchOutcome outcome() {
    rejects.sort(Comparator.comparingInt(Reject::index));
    return new BatchOutcome(batch.digest(), counts(), rejects);
  }
}
