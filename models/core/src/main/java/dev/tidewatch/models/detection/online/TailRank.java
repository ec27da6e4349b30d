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
  private static final double MEMORY_VALUES = 20_000;
  private static final double TAIL_SHARE = 0.01;
  private static final double TAIL_VALUES_MIN = 10;
  private static final double TAIL_VALUES_MAX = 150;
  private static final double TAIL_INDEX_MIN = 0.05;
  private static final int VALUES_MIN = 100;
  private static final double WEIGHT_MAX = 1e6;
  private static final double LOG2 = Math.log(2);
  private static final double LOG10 = Math.log(10);

  /** One value raises the top by at most so many bins, lest a wild one push all others out. */
  private static final int RISE_MAX = 10 * BINS_PER_OCTAVE;

  private static final int NOTHING = Integer.MIN_VALUE;

  /** Weights; the last bin is the one of {@link #top}. */
  private final float[] bins = new float[BINS];

  /** Logarithm of the last bin's lower end, in bins; {@link #NOTHING} before the first. */
  private int top = NOTHING;

  private long count;
  private double weight = 1;
  private double total;
  private double positive;

  /** Start of the tail, as a logarithm to base 2; refreshed with {@link #refreshTail}. */
  private double tailStart;

  private double tailShare;
  private double tailIndex;

  TailRank() {}

  TailRank(StateReader in) {
    count = in.getLong();
    top = in.getInt();
    weight = in.getDouble();
    total = in.getDouble();
    positive = in.getDouble();
    for (int bin = in.getInt(); bin < BINS; bin++) {
      if (bin < 0) {
        throw StateReader.damaged("bin %d does not exist".formatted(bin));
      }
      bins[bin] = in.getFloat();
    }
    refreshTail();
  }

  void save(StateWriter out) {
    out.putLong(count).putLong(top).putDouble(weight).putDouble(total).putDouble(positive);
    int lowest = 0;
    while (lowest < BINS && bins[lowest] == 0) {
      lowest++;
    }
    out.putLong(lowest);
    for (int bin = lowest; bin < BINS; bin++) {
      out.putFloat(bins[bin]);
    }
  }

  static int stateBytesMax() {
    return 10 + 5 + 5 + 3 * Double.BYTES + BINS * Float.BYTES;
  }

  /** True once enough values were seen to rank one. */
  boolean isKnown() {
    return count >= VALUES_MIN;
  }

  /**
   * The rank, 0 to {@value #RANK_MAX}; 0 while too little is known.
   *
   * @param value not negative
   */
  double rank(double value) {
    if (!isKnown() || !(value > 0)) {
      return 0;
    }
    if (positive <= 0) {
      // Nothing but zeros so far.
      return Math.min(RANK_MAX, 1 + Math.log10((double) count));
    }
    double log = Math.log(value) / LOG2;
    double tailRank = -Math.log10(tailShare);
    if (log > tailStart) {
      return Math.min(RANK_MAX, tailRank + (log - tailStart) * LOG2 / (tailIndex * LOG10));
    }
    int bin = bin(log);
    double above = bin >= 0 ? bins[bin] / 2 : 0;
    for (int i = Math.max(bin, -1) + 1; i < BINS; i++) {
      above += bins[i];
    }
    return Math.clamp(-Math.log10(Math.max(above, weight) / total), 0, tailRank);
  }

  /** The value that has the rank, if it is in the tail; else the tail's start. */
  double valueAt(double rank) {
    if (!isKnown() || positive <= 0) {
      return 0;
    }
    double beyond = Math.max(0, rank + Math.log10(tailShare));
    return Math.exp(tailStart * LOG2 + beyond * tailIndex * LOG10);
  }

  void learn(double value) {
    count++;
    weight *= 1 + 1 / MEMORY_VALUES;
    if (weight > WEIGHT_MAX) {
      for (int i = 0; i < BINS; i++) {
        bins[i] = (float) (bins[i] / weight);
      }
      total /= weight;
      positive /= weight;
      weight = 1;
    }
    total += weight;
    if (value > 0) {
      positive += weight;
      add(value);
    }
    if (isKnown()) {
      refreshTail();
    }
  }

  private void add(double value) {
    int floor = (int) Math.floor(Math.log(value) / LOG2 * BINS_PER_OCTAVE);
    if (top == NOTHING) {
      top = floor;
    } else if (floor > top) {
      floor = Math.min(floor, top + RISE_MAX);
      int shift = Math.min(BINS, floor - top);
      float lost = bins[0];
      for (int i = 1; i <= Math.min(shift, BINS - 1); i++) {
        lost += bins[i];
      }
      System.arraycopy(bins, shift, bins, 0, BINS - shift);
      Arrays.fill(bins, BINS - shift, BINS, 0);
      bins[0] = lost;
      top = floor;
    }
    bins[Math.max(0, BINS - 1 - (top - floor))] += (float) weight;
  }

  /** The bin of a logarithm at or below the top; negative below the lowest. */
  private int bin(double log) {
    return BINS - 1 - (top - (int) Math.floor(log * BINS_PER_OCTAVE));
  }

  private double lowerEnd(int bin) {
    return (double) (top - (BINS - 1 - bin)) / BINS_PER_OCTAVE;
  }

  private void refreshTail() {
    if (positive <= 0) {
      return;
    }
    double effective = Math.min((double) count, MEMORY_VALUES);
    double values = Math.clamp(TAIL_SHARE * effective, TAIL_VALUES_MIN, TAIL_VALUES_MAX);
    double wanted = Math.min(values / effective * total, positive);
    double above = 0;
    double logs = 0;
    int bin = BINS - 1;
    for (; bin > 0 && above + bins[bin] < wanted; bin--) {
      above += bins[bin];
      logs += bins[bin] * (lowerEnd(bin) + 0.5 / BINS_PER_OCTAVE);
    }
    double taken = Math.clamp(wanted - above, 0, Math.max(bins[bin], 1e-9f));
    double part = taken / Math.max(bins[bin], 1e-9);
    double upper = lowerEnd(bin) + 1.0 / BINS_PER_OCTAVE;
    tailStart = upper - part / BINS_PER_OCTAVE;
    logs += taken * (tailStart + upper) / 2;
    tailIndex = Math.max(TAIL_INDEX_MIN, (logs / (above + taken) - tailStart) * LOG2);
    tailShare = wanted / total;
  }
}
