package dev.tidewatch.benchmarks.crash;

import com.google.errorprone.annotations.FormatMethod;
import java.util.ArrayList;
import java.util.List;

/**
 * What the verifier found. A reading that is wrong in several places counts once in each of them;
 * {@link #lost}, {@link #doubled} and {@link #missingInFeed} are the greatest of the counts that
 * tell of the same kind of fault.
 */
final class Verdict {
  private static final int FAULTS_MAX = 20;

  private final List<String> faults = new ArrayList<>();
  long lostInTable;
  long wrongInTable;
  long doubledInTable;
  long lostInTotals;
  long doubledInTotals;
  long doubledInFeed;
  long doubledInLiveFeed;
  long doubledInRollups;
  long lostInRollups;
  long missingInFeed;
  long missingInLiveFeed;
  long phantoms;
  long feedGaps;
  long wrongWriters;
  boolean rollupsBehind;

  /** Readings found in the rollups by hour and day together. */
  long rollupReadings;

  /** Tells of a fault; only the first few are kept. */
  @FormatMethod
  void fault(String format, Object... arguments) {
    if (faults.size() < FAULTS_MAX) {
      faults.add(format.formatted(arguments));
    }
  }

  /** For people. */
  List<String> faults() {
    return faults;
  }

  /** Acknowledged readings that are not in the table with their value. */
  long lost() {
    return Math.max(Math.max(lostInTable + wrongInTable, lostInTotals), lostInRollups);
  }

  /** Readings that count more than once, wherever that is. */
  long doubled() {
    return Math.max(
        Math.max(doubledInTable, doubledInTotals),
        Math.max(Math.max(doubledInFeed, doubledInLiveFeed), doubledInRollups));
  }

  /** Acknowledged readings that the feed does not bring, or not with the value sent last. */
  long missingInFeed() {
    return Math.max(missingInFeed, missingInLiveFeed);
  }

  boolean isClean() {
    return lost() == 0
        && doubled() == 0
        && missingInFeed() == 0
        && phantoms == 0
        && feedGaps == 0
        && wrongWriters == 0
        && !rollupsBehind;
  }
}
