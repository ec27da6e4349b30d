package dev.tidewatch.ingest.storage;

import dev.tidewatch.ingest.intake.Reject;
import dev.tidewatch.ingest.intake.RejectReason;
import dev.tidewatch.ingest.intake.SeriesColumn;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A rejected reading with the place it was sent in.
 *
 * @param row of the column
 */
record RejectedRow(Reject reject, SeriesColumn column, int row) {
  /** Those of a batch, in the order of indexes. */
  static List<RejectedRow> of(BatchTally tally) {
    var rejects = new ArrayList<>(tally.rejects());
    rejects.sort(Comparator.comparingInt(Reject::index));
    var rows = new ArrayList<RejectedRow>(rejects.size());
    List<SeriesColumn> columns = tally.batch.checked().batch().columns();
    int column = 0;
    int firstIndex = 0;
    for (Reject reject : rejects) {
      while (reject.index() - firstIndex >= columns.get(column).size()) {
        firstIndex += columns.get(column++).size();
      }
      rows.add(new RejectedRow(reject, columns.get(column), reject.index() - firstIndex));
    }
    return rows;
  }

  /** True if a time was sent that 64 bits of microseconds hold. */
  boolean hasTime() {
    return reject.reason() != RejectReason.TIME_OUT_OF_RANGE
        || column.timeMicros(row) != Long.MIN_VALUE;
  }

  long timeMicros() {
    return column.timeMicros(row);
  }
}
