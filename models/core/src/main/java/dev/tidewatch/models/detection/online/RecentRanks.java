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
  private static final int LEVELS = (int) (STEPS * TailRank.RANK_MAX) + 1;
  private static final long NEVER = -1;

  /** Row of the newest rank at or above each level; falls with the level. */
  private final long[] newest = new long[LEVELS];

  RecentRanks() {
    Arrays.fill(newest, NEVER);
  }

  RecentRanks(StateReader in) {
    long row = 0;
    for (int level = 0; level < LEVELS; level++) {
      row = level == 0 ? in.getLong() : row - in.getLong();
      newest[level] = row;
    }
  }

  /** Differences, since most levels share their row. */
  void save(StateWriter out) {
    for (int level = 0; level < LEVELS; level++) {
      out.putLong(level == 0 ? newest[0] : newest[level - 1] - newest[level]);
    }
  }

  static int stateBytesMax() {
    return LEVELS * 4 + 10;
  }

  private static int level(double rank) {
    return (int) (rank * STEPS);
  }

  /** True if no rank as high was seen in the rows from {@code since} on. */
  boolean isRecord(double rank, double since) {
    return newest[level(rank)] < since;
  }

  void learn(long row, double rank) {
    Arrays.fill(newest, 0, level(rank) + 1, row);
  }
}
