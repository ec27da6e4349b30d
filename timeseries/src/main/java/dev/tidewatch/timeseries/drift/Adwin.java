package dev.tidewatch.timeseries.drift;

import java.util.ArrayList;
import java.util.List;

/**
 * ADWIN: a window of the newest values that grows while their mean holds still and drops its older
 * part where the means of two parts differ (Bifet and Gavalda 2007, "Learning from Time-Changing
 * Data with Adaptive Windowing"). The window is held as an exponential histogram of at most six
 * buckets a size, so memory and the cost of a value grow with the logarithm of its length. Cuts are
 * looked for at every 32nd value, with the bound
 *
 * <pre>eps = sqrt(2 m v d) + 2/3 m d,   d = ln(2 ln(n) / delta),   m = 1/(n0 - 4) + 1/(n1 - 4)
 * </pre>
 *
 * <p>on the difference of the means of n0 older and n1 newer values, v being the variance of the
 * whole window; both parts hold at least 5. The newest bucket of each size is not cut before, as in
 * the implementation whose published alarms it repeats.
 *
 * <p>Values should lie within about one unit, such as 0 to 1; the second term of the bound is made
 * for that. Not thread-safe.
 */
public final class Adwin implements ChangeDetector {
  private static final int BUCKETS_PER_SIZE_MAX = 5;
  private static final int VALUES_PER_LOOK = 32;
  private static final int WINDOW_MIN = 10;
  private static final int PART_MIN = 5;
  private static final int SIZES_MAX = 60;

  private final double delta;

  /** By size: buckets of 1, 2, 4, … values; in each, the oldest first. */
  private final List<List<Bucket>> sizes = new ArrayList<>();

  private long width;
  private double total;
  private double squares;
  private long seen;

  /** Sum of values, and of their squared distances from their mean. */
  private record Bucket(double total, double squares) {}

  /** With a confidence of 0.002. */
  public Adwin() {
    this(0.002);
  }

  /**
   * @param delta share of false alarms that is put up with, between 0 and 1
   */
  public Adwin(double delta) {
    if (!(delta > 0 && delta < 1)) {
      throw new IllegalArgumentException(
          "delta is %s; it must lie between 0 and 1".formatted(delta));
    }
    this.delta = delta;
    sizes.add(new ArrayList<>());
  }

  @Override
  public boolean add(double value) {
    Checks.finite(value);
    width++;
    sizes.getFirst().add(new Bucket(value, 0));
    if (width > 1) {
      double off = value - total / (width - 1);
      squares += (width - 1) * off * off / width;
    }
    total += value;
    compress();
    seen++;
    boolean changed = false;
    if (seen % VALUES_PER_LOOK == 0 && width > WINDOW_MIN) {
      while (shouldCut()) {
        dropOldest();
        changed = true;
      }
    }
    return changed;
  }

  private void compress() {
    for (int size = 0; size < sizes.size(); size++) {
      List<Bucket> buckets = sizes.get(size);
      if (buckets.size() <= BUCKETS_PER_SIZE_MAX) {
        return;
      }
      if (size + 1 == sizes.size()) {
        sizes.add(new ArrayList<>());
      }
      Bucket first = buckets.removeFirst();
      Bucket second = buckets.removeFirst();
      double values = values(size);
      double off = first.total / values - second.total / values;
      sizes
          .get(size + 1)
          .add(new Bucket(first.total + second.total, second.squares + values * off * off / 2));
    }
  }

  private static double values(int size) {
    return (double) (1L << size);
  }

  private boolean shouldCut() {
    double olderCount = 0;
    double olderTotal = 0;
    double newerCount = (double) width;
    double newerTotal = total;
    for (int size = sizes.size() - 1; size >= 0; size--) {
      List<Bucket> buckets = sizes.get(size);
      for (int i = 0; i < buckets.size() - 1; i++) {
        olderCount += values(size);
        newerCount -= values(size);
        olderTotal += buckets.get(i).total;
        newerTotal -= buckets.get(i).total;
        if (olderCount >= PART_MIN
            && newerCount >= PART_MIN
            && Math.abs(olderTotal / olderCount - newerTotal / newerCount)
                > bound(olderCount, newerCount)) {
          return true;
        }
      }
    }
    return false;
  }

  private double bound(double olderCount, double newerCount) {
    double logarithm = Math.log(2 * Math.log((double) width) / delta);
    double m = 1 / (olderCount - PART_MIN + 1) + 1 / (newerCount - PART_MIN + 1);
    return Math.sqrt(2 * m * (squares / width) * logarithm) + 2 * logarithm * m / 3;
  }

  private void dropOldest() {
    List<Bucket> oldest = sizes.getLast();
    double values = values(sizes.size() - 1);
    Bucket dropped = oldest.removeFirst();
    width -= (long) values;
    total -= dropped.total;
    double off = dropped.total / values - total / width;
    squares -= dropped.squares + values * width * off * off / (values + width);
    while (sizes.size() > 1 && sizes.getLast().isEmpty()) {
      sizes.removeLast();
    }
  }

  /** Values in the window. */
  public long width() {
    return width;
  }

  /** Mean of the window; 0 without values. */
  public double mean() {
    return width == 0 ? 0 : total / width;
  }

  @Override
  public double[] state() {
    int buckets = sizes.stream().mapToInt(List::size).sum();
    var state = new double[5 + sizes.size() + 2 * buckets];
    state[0] = width;
    state[1] = total;
    state[2] = squares;
    state[3] = seen;
    state[4] = sizes.size();
    int at = 5;
    for (List<Bucket> size : sizes) {
      state[at++] = size.size();
      for (Bucket bucket : size) {
        state[at++] = bucket.total;
        state[at++] = bucket.squares;
      }
    }
    return state;
  }

  @Override
  public void restore(double[] state) {
    Checks.state(state.length >= 6 && state[4] >= 1 && state[4] <= SIZES_MAX, "ADWIN", state);
    var restored = new ArrayList<List<Bucket>>();
    int at = 5;
    double values = 0;
    for (int size = 0; size < (int) state[4]; size++) {
      Checks.state(at < state.length, "ADWIN", state);
      int buckets = (int) state[at++];
      Checks.state(
          buckets >= 0 && buckets <= BUCKETS_PER_SIZE_MAX && at + 2 * buckets <= state.length,
          "ADWIN",
          state);
      var row = new ArrayList<Bucket>();
      for (int i = 0; i < buckets; i++) {
        row.add(new Bucket(state[at], state[at + 1]));
        at += 2;
      }
      values += buckets * values(size);
      restored.add(row);
    }
    Checks.state(at == state.length && values == state[0], "ADWIN", state);
    sizes.clear();
    sizes.addAll(restored);
    width = (long) state[0];
    total = state[1];
    squares = state[2];
    seen = (long) state[3];
  }
}
