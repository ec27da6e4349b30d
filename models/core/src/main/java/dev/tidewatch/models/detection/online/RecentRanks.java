package dev.tidewatch.models.detection.online;

import dev.tidewatch.models.detection.StateReader;
import dev.tidewatch.models.detection.StateWriter;
import java.util.Arrays;

/**
 * Knows for each rank when one at least as high was last seen, in steps of a twentieth. Not
 * thread-safe.
 */
final class RecentRanks {
  private static final int STEPS = 20;

  /** Nobody asks further back. */
  static final long ROWS_MAX = 1_000;

  private static final int LEVELS = (int) (STEPS * TailRank.RANK_MAX) + 1;
  private static final int NEVER = -1;

  /** Rows after which they are counted from anew. */
  private static final int ROWS_SPAN = 1 << 30;

  /**
   * Row of the newest rank at or above each level, counted from {@link #base}; falls with the
   * level.
   */
  private final int[] newest = new int[LEVELS];

  private long base;

  RecentRanks() {
    Arrays.fill(newest, NEVER);
  }

  /**
   * @param row the next one
   */
  RecentRanks(long row, StateReader in) {
    base = Math.max(0, row - ROWS_MAX);
    long age = 0;
    for (int level = 0; level < LEVELS; level++) {
      age += in.getLong();
      newest[level] = age > ROWS_MAX ? NEVER : (int) (row - age - base);
    }
  }

  /** As ages, which rise with the level; what is older than matters is never. */
  void save(long row, StateWriter out) {
    long before = 0;
    for (int level = 0; level < LEVELS; level++) {
      long age = age(row, level);
      out.putLong(age - before);
      before = age;
    }
  }

  private long age(long row, int level) {
    return newest[level] == NEVER
        ? ROWS_MAX + 1
        : Math.min(row - base - newest[level], ROWS_MAX + 1);
  }

  /** One byte holds a difference below 64, which all but a few are. */
  static int stateBytesMax() {
    return LEVELS + (int) (ROWS_MAX + 1) / 64 + 2;
  }

  private static int level(double rank) {
    return (int) (rank * STEPS);
  }

  /**
   * True if no rank as high was seen in the rows from {@code since} on, {@value #ROWS_MAX} at most.
   */
  boolean isRecord(double rank, double since) {
    int row = newest[level(rank)];
    return row == NEVER || base + row < since;
  }

  void learn(long row, double rank) {
    if (row - base > ROWS_SPAN) {
      rebase(row);
    }
    Arrays.fill(newest, 0, level(rank) + 1, (int) (row - base));
  }

  private void rebase(long row) {
    long from = row - ROWS_MAX;
    for (int level = 0; level < LEVELS; level++) {
      long age = age(row, level);
      newest[level] = age > ROWS_MAX ? NEVER : (int) (row - age - from);
    }
    base = from;
  }
}
