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
  private static final long NEVER = -1;

  /** Row of the newest rank at or above each level; falls with the level. */
  private final long[] newest = new long[LEVELS];

  RecentRanks() {
    Arrays.fill(newest, NEVER);
  }

  /**
   * @param row the next one
   */
  RecentRanks(long row, StateReader in) {
    long age = 0;
    for (int level = 0; level < LEVELS; level++) {
      age += in.getLong();
      newest[level] = age > ROWS_MAX ? NEVER : row - age;
    }
  }

  /** As ages, which rise with the level; what is older than matters is never. */
  void save(long row, StateWriter out) {
    long before = 0;
    for (int level = 0; level < LEVELS; level++) {
      long age =
          newest[level] == NEVER ? ROWS_MAX + 1 : Math.min(row - newest[level], ROWS_MAX + 1);
      out.putLong(age - before);
      before = age;
    }
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
    return newest[level(rank)] < since;
  }

  void learn(long row, double rank) {
    Arrays.fill(newest, 0, level(rank) + 1, row);
  }
}
