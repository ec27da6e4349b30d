package dev.tidewatch.ingest.intake;

import java.util.List;

/**
 * A batch after every reading was judged.
 *
 * @param columns those with at least one good row
 * @param rejects in the order of indexes
 * @param catalogueRevision what it was judged against
 */
public record CheckedBatch(
    ReadingBatch batch, List<CheckedColumn> columns, List<Reject> rejects, long catalogueRevision) {
  public CheckedBatch {
    columns = List.copyOf(columns);
    rejects = List.copyOf(rejects);
  }

  public int goodRows() {
    int count = 0;
    for (CheckedColumn column : columns) {
      count += column.goodRows();
    }
    return count;
  }
}
