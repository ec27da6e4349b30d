package dev.tidewatch.ingest.storage;

import dev.tidewatch.ingest.intake.BatchOutcome;
import dev.tidewatch.ingest.intake.CheckedColumn;
import dev.tidewatch.ingest.intake.Counts;
import dev.tidewatch.ingest.intake.PendingBatch;
import dev.tidewatch.ingest.intake.Reject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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

  /** What is to be stored of it. */
  List<CheckedColumn> columns;

  private final List<Reject> rejects;
  private @Nullable BatchOutcome outcome;

  BatchTally(PendingBatch batch) {
    this.batch = batch;
    this.columns = batch.checked().columns();
    this.rejects = new ArrayList<>(batch.checked().rejects().size());
    this.rejects.addAll(batch.checked().rejects());
  }

  void reject(Reject reject) {
    rejects.add(reject);
  }

  /**
   * Takes columns that were judged once more.
   *
   * @param judged what a column became; null: nothing of it is left
   */
  void replaceColumns(Map<CheckedColumn, @Nullable CheckedColumn> judged) {
    var left = new ArrayList<CheckedColumn>(columns.size());
    for (CheckedColumn column : columns) {
      CheckedColumn after = judged.getOrDefault(column, column);
      if (after != null) {
        left.add(after);
      }
    }
    columns = left;
  }

  List<Reject> rejects() {
    return rejects;
  }

  Counts counts() {
    return new Counts(accepted, unchanged, replaced, dropped, rejects.size());
  }

  /** Once every reading is counted. */
  BatchOutcome outcome() {
    if (outcome == null) {
      rejects.sort(Comparator.comparingInt(Reject::index));
      outcome = new BatchOutcome(batch.digest(), counts(), rejects);
    }
    return outcome;
  }
}
