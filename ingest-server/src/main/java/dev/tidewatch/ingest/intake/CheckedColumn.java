package dev.tidewatch.ingest.intake;

import dev.tidewatch.ingest.catalog.SeriesEntry;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** A column whose series is known and whose rows were judged. Immutable. */
public final class CheckedColumn {
  private final SeriesEntry entry;
  private final SeriesColumn column;
  private final int firstIndex;
  private final @Nullable BitSet rejected;
  private final short @Nullable [] qualities;
  private final boolean inOrder;
  private final int goodRows;

  /**
   * @param column as sent
   * @param firstIndex index in the batch of its first row
   * @param rejected rows that must not be stored; null: none
   * @param qualities with the server's flags; null: all 0
   * @param inOrder true if the times of the good rows strictly rise
   * @param goodRows how many rows are to be stored
   */
  CheckedColumn(
      SeriesEntry entry,
      SeriesColumn column,
      int firstIndex,
      @Nullable BitSet rejected,
      short @Nullable [] qualities,
      boolean inOrder,
      int goodRows) {
    this.entry = entry;
    this.column = column;
    this.firstIndex = firstIndex;
    this.rejected = rejected;
    this.qualities = qualities;
    this.inOrder = inOrder;
    this.goodRows = goodRows;
  }

  /**
   * The same column after another judgement.
   *
   * @param alsoRejected rows that must not be stored either; null: none
   * @param newQualities in place of those of before; null: as before
   */
  public CheckedColumn judged(@Nullable BitSet alsoRejected, short @Nullable [] newQualities) {
    BitSet all = rejected;
    if (alsoRejected != null) {
      all = (BitSet) alsoRejected.clone();
      if (rejected != null) {
        all.or(rejected);
      }
    }
    return new CheckedColumn(
        entry,
        column,
        firstIndex,
        all,
        newQualities == null ? qualities : newQualities,
        inOrder,
        column.size() - (all == null ? 0 : all.cardinality()));
  }

  public SeriesEntry entry() {
    return entry;
  }

  public int firstIndex() {
    return firstIndex;
  }

  /** True if the times of the good rows strictly rise. */
  public boolean inOrder() {
    return inOrder;
  }

  public int goodRows() {
    return goodRows;
  }

  public boolean isAllGood() {
    return rejected == null;
  }

  public boolean isGood(int row) {
    return rejected == null || !rejected.get(row);
  }

  /** Good and bad rows. */
  public int size() {
    return column.size();
  }

  public long timeMicros(int row) {
    return column.timeMicros(row);
  }

  public double value(int row) {
    return column.value(row);
  }

  public short quality(int row) {
    return qualities == null ? 0 : qualities[row];
  }

  /** False if the quality of every row is 0. */
  public boolean hasQualities() {
    return qualities != null;
  }

  /** Copies the times of all rows, good and bad: eight bytes each, little end first. */
  public void timesTo(byte[] to, int at) {
    column.timesTo(to, at);
  }

  /** Copies the values of all rows, good and bad: eight bytes each, little end first. */
  public void valuesTo(byte[] to, int at) {
    column.valuesTo(to, at);
  }

  /** Time of the first good row; there must be one. */
  public long firstGoodMicros() {
    return column.timeMicros(rejected == null ? 0 : rejected.nextClearBit(0));
  }

  /** Time of the last good row; there must be one. */
  public long lastGoodMicros() {
    int last = column.size() - 1;
    return column.timeMicros(rejected == null ? last : rejected.previousClearBit(last));
  }
}
