package dev.tidewatch.benchmarks.crash;

import java.util.Arrays;
import java.util.List;

/**
 * How often each reading of the campaign was seen, and with which value last: in the table, or in
 * the feed. Used by one thread at a time.
 */
final class Tally {
  private static final int KEYS_MAX = 1 << 26;

  private final List<Script> scripts;
  private final byte[][] seen;
  private final double[][] last;
  private long strangers;

  /**
   * @param scripts by number of writer
   */
  Tally(List<Script> scripts) {
    this.scripts = List.copyOf(scripts);
    this.seen = new byte[scripts.size()][0];
    this.last = new double[scripts.size()][0];
  }

  /**
   * Counts a reading.
   *
   * @param created false: it only took the place of another value
   */
  void see(String series, long timeMicros, double value, boolean created) {
    int writer = Script.writerOf(series);
    int index = Script.indexOf(series);
    if (writer < 0 || writer >= scripts.size() || index < 0) {
      strangers++;
      return;
    }
    long key = scripts.get(writer).keyOf(index, timeMicros);
    if (key < 0 || key >= KEYS_MAX) {
      strangers++;
      return;
    }
    int at = (int) key;
    if (at >= seen[writer].length) {
      int size = Math.max(1 << 14, Math.max(at + 1, seen[writer].length * 2));
      seen[writer] = Arrays.copyOf(seen[writer], size);
      last[writer] = Arrays.copyOf(last[writer], size);
    }
    if (created && seen[writer][at] < Byte.MAX_VALUE) {
      seen[writer][at]++;
    }
    last[writer][at] = value;
  }

  /** How often it was seen as new. */
  int seen(int writer, int key) {
    return key < seen[writer].length ? seen[writer][key] : 0;
  }

  /** The value that was seen last; 0 if none was. */
  double last(int writer, int key) {
    return key < last[writer].length ? last[writer][key] : 0;
  }

  /** Every key that was seen is below this one. */
  int keysEnd(int writer) {
    return seen[writer].length;
  }

  /** Readings that no writer of the campaign can have sent. */
  long strangers() {
    return strangers;
  }
}
