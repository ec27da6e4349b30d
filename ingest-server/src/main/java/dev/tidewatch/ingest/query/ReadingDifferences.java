package dev.tidewatch.ingest.query;

import java.util.BitSet;

/**
 * How readings of one series differ between two commits, in the order of times. A row tells what is
 * no longer there, or what is there instead or newly; both may have the same time.
 *
 * @param rows a row that is gone as it was
 * @param gone which rows are no longer there
 * @param complete false: more follow after these
 */
public record ReadingDifferences(ReadingColumn rows, BitSet gone, boolean complete) {
  public static final ReadingDifferences NONE =
      new ReadingDifferences(ReadingColumn.EMPTY, new BitSet(), true);
}
