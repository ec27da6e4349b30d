package dev.tidewatch.models.detection.online;

import dev.tidewatch.models.detection.StateReader;
import dev.tidewatch.models.detection.StateWriter;
import java.util.Arrays;

/**
 * Ranks a value among all that came before it as {@code -log10} of its tail probability: {@code 3}
 * is exceeded once in a thousand readings. Within what was seen it counts, in a histogram of
 * logarithms that slowly forgets; beyond, it extrapolates the largest hundredth by Hill's estimator
 * (Hill 1975, "A simple general approach to inference about the tail of a distribution"), so that
 * features of any distribution and unit compare. O(bins) a value. Not thread-safe.
 */
final class TailRank {
  /** No value ranks higher. */
  static final double RANK_MAX = 12;

  private static final int BINS_PER_OCTAVE = 8;
  private static final int BINS = 224;

  /** When so many values are counted, all counts are halved. */
  private static final int VALUES_MAX = 1 << 15;

  private static final double TAIL_SHARE = 0.01;
  private static final double TAIL_VALUES_MIN = 10;
  private static final double TAIL_VALUES_MAX = 150;
  private static final double TAIL_INDEX_MIN = 0.05;
  private static final int VALUES_MIN = 100;
  private static final double LOG2 = Math.log(2);
  private static final double LOG10 = Math.log(10);

  /** One value raises the top by at most so many bins, lest a wild one push all others out. */
  private static final int RISE_MAX = 10 * BINS_PER_OCTAVE;

  private static final int NOTHING = Integer.MIN_VALUE;

  /** Counts, as whole numbers of 16 bits; the last bin is the one of {@link #top}. */
  private final char[] bins = new char[BINS];

  /** Logarithm of the last bin's lower end, in bins; {@link #NOTHING} before the first. */
  private int top = NOTHING;

  private int zeros;
  private int positive;

  /** Start of the tail, as a logarithm to base 2; refreshed with {@link #refreshTail}. */
  private double tailStart;

  private double tailShare;
  private double tailIndex;

  TailRank() {}

  TailRank(StateReader in) {
    top = in.getInt();
    zeros = in.getInt();
    int lowest = in.getInt();
    if (zeros < 0 || zeros > VALUES_MAX || lowest < 0) {
      throw StateReader.damaged("a tail of it begins at bin %d".formatted(lowest));
    }
    for (int bin = lowest; bin < BINS; bin++) {
      int values = in.getInt();
      if (values < 0 || values > VALUES_MAX) {
        throw StateReader.damaged("a bin of it counts %d".formatted(values));
      }
      bins[bin] = (char) values;
      positive += values;
    }
    refreshTail();
  }

  void save(StateWriter out) {
    int lowest = 0;
    while (lowest < BINS && bins[lowest] == 0) {
      lowest++;
    }
    out.putLong(top).putLong(zeros).putLong(lowest);
    for (int bin = lowest; bin < BINS; bin++) {
      out.putLong(bins[bin]);
    }
  }

  /** Two bytes hold a count below 8,192, which all but three are. */
  static int stateBytesMax() {
    return 5 + 3 + 2 + 2 * BINS + 3;
  }

  /** True once enough values were seen to rank one. */
  boolean isKnown() {
    return zeros + positive >= VALUES_MIN;
  }

  /** Logarithm to base 2, which ranking and learning both need. */
  static double log(double value) {
    return Math.log(value) / LOG2;
  }

  /**
   * The rank, 0 to {@value #RANK_MAX}; 0 while too little is known.
   *
   * @param value not negative
   * @param log of it to base 2, {@link #log}
   */
  double rank(double value, double log) {
    if (!isKnown() || !(value > 0)) {
      return 0;
    }
    double total = zeros + positive;
    if (positive == 0) {
      // Nothing but zeros so far.
      return Math.min(RANK_MAX, 1 + Math.log10(total));
    }
    double tailRank = -Math.log10(tailShare);
    if (log > tailStart) {
      return Math.min(RANK_MAX, tailRank + (log - tailStart) * LOG2 / (tailIndex * LOG10));
    }
    int bin = BINS - 1 - (top - (int) Math.floor(log * BINS_PER_OCTAVE));
    double above = bin >= 0 ? bins[bin] / 2.0 : 0;
    for (int i = Math.max(bin, -1) + 1; i < BINS; i++) {
      above += bins[i];
    }
    return Math.clamp(-Math.log10(Math.max(above, 1) / total), 0, tailRank);
  }

  /** The value that has the rank, if it is in the tail; else the tail's start. */
  double valueAt(double rank) {
    if (!isKnown() || positive == 0) {
      return 0;
    }
    double beyond = Math.max(0, rank + Math.log10(tailShare));
    return Math.exp(tailStart * LOG2 + beyond * tailIndex * LOG10);
  }

  void learn(double value, double log) {
    if (value > 0) {
      add(log);
    } else {
      zeros++;
    }
    if (zeros + positive >= VALUES_MAX) {
      halve();
    }
    if (isKnown()) {
      refreshTail();
    }
  }

  private void add(double log) {
    positive++;
    int floor = (int) Math.floor(log * BINS_PER_OCTAVE);
    if (top == NOTHING) {
      top = floor;
    } else if (floor > top) {
      floor = Math.min(floor, top + RISE_MAX);
      int shift = floor - top;
      int lowest = bins[0];
      for (int i = 1; i <= shift; i++) {
        lowest += bins[i];
      }
      System.arraycopy(bins, shift, bins, 0, BINS - shift);
      Arrays.fill(bins, BINS - shift, BINS, (char) 0);
      bins[0] = (char) lowest;
      top = floor;
    }
    bins[Math.max(0, BINS - 1 - (top - floor))]++;
  }

  /** From the top, handing remainders down, so that neither tail nor total drifts. */
  private void halve() {
    int rest = 0;
    positive = 0;
    for (int bin = BINS - 1; bin >= 0; bin--) {
      int count = bins[bin] + rest;
      bins[bin] = (char) (count / 2);
      rest = count % 2;
      positive += bins[bin];
    }
    zeros = (zeros + rest) / 2;
  }

  private double lowerEnd(int bin) {
    return (double) (top - (BINS - 1 - bin)) / BINS_PER_OCTAVE;
  }

  private void refreshTail() {
    if (positive == 0) {
      return;
    }
    double total = zeros + positive;
    double wanted =
        Math.min(Math.clamp(TAIL_SHARE * total, TAIL_VALUES_MIN, TAIL_VALUES_MAX), positive);
    double above = 0;
    double logs = 0;
    int bin = BINS - 1;
    for (; bin > 0 && above + bins[bin] < wanted; bin--) {
      above += bins[bin];
      logs += bins[bin] * (lowerEnd(bin) + 0.5 / BINS_PER_OCTAVE);
    }
    double taken = wanted - above;
    double upper = lowerEnd(bin) + 1.0 / BINS_PER_OCTAVE;
    tailStart = upper - taken / bins[bin] / BINS_PER_OCTAVE;
    logs += taken * (tailStart + upper) / 2;
    tailIndex = Math.max(TAIL_INDEX_MIN, (logs / wanted - tailStart) * LOG2);
    tailShare = wanted / total;
  }
}
