package dev.tidewatch.models.detection.online;

import dev.tidewatch.models.detection.StateReader;
import dev.tidewatch.models.detection.StateWriter;
import java.util.Arrays;

/**
 * Distance of the newest readings' course from the nearest courses in memory: the mean of the
 * smallest Manhattan distances between the last readings and every {@value #STEP}th window of the
 * same length in the newest {@value #SEARCHED_BACK} (nearest-neighbour discord; Keogh, Lin and Fu
 * 2005). The newest half of a course is not compared with itself.
 *
 * <p>Readings are kept by their number modulo {@value #STEP}, so that what is compared with one
 * reading of the course, one reading of each window, lies side by side: the inner loop runs over
 * windows and is made of vector instructions. Bounded work. Not thread-safe.
 */
final class ShapeMemory {
  /** Lengths of the courses, in readings; the second goes on from the first's end backwards. */
  static final int SHORT = 30;

  static final int LONG = 60;

  private static final int STEP = 3;
  private static final int SEARCHED_BACK = 2_000;
  private static final int NEIGHBOURS = 5;

  /** Readings that are ever looked at again. */
  private static final int READINGS = SEARCHED_BACK + LONG - 1;

  /** Readings kept of each lane at most, with room so that they are moved down seldom. */
  private static final int LANE_MAX = READINGS / STEP + 2 + 50;

  private static final int LANE_FIRST = 32;
  private static final int WINDOWS_MAX = SEARCHED_BACK / STEP;

  /** One after the other, {@link #laneLength} each; lane {@code n % STEP} has reading {@code n}. */
  private float[] lanes = new float[STEP * LANE_FIRST];

  private int laneLength = LANE_FIRST;

  /** Reading {@code n} stands at {@code n / STEP - laneBase} of its lane. */
  private long laneBase;

  private long count;

  /**
   * Scratch: sums of the windows. Double, not for their precision: only of an array of another type
   * does the compiler know that writing it does not change {@link #lanes}, and use vectors.
   */
  private double[] sums = new double[LANE_FIRST];

  private final double[] nearest = new double[NEIGHBOURS];
  private double shortDistance = Double.NaN;
  private double longDistance = Double.NaN;

  ShapeMemory() {}

  ShapeMemory(StateReader in) {
    long saved = in.getLong();
    if (saved < 0) {
      throw StateReader.damaged("it remembers %d readings".formatted(saved));
    }
    count = Math.max(0, saved - READINGS);
    laneBase = count / STEP;
    while (count < saved) {
      learn(in.getFloat());
    }
  }

  void save(StateWriter out) {
    out.putLong(count);
    for (long n = Math.max(0, count - READINGS); n < count; n++) {
      out.putFloat(lanes[place(n)]);
    }
  }

  static int stateBytesMax() {
    return 10 + READINGS * Float.BYTES;
  }

  private int place(long n) {
    return (int) (n % STEP) * laneLength + (int) (n / STEP - laneBase);
  }

  /** Distance of the last {@value #SHORT} readings; {@code NaN} while too few are remembered. */
  double shortDistance() {
    return shortDistance;
  }

  /** Distance of the last {@value #LONG} readings; {@code NaN} while too few are remembered. */
  double longDistance() {
    return longDistance;
  }

  /** Finds the distances if {@code value} were the next reading. */
  void measure(float value) {
    shortDistance = Double.NaN;
    longDistance = Double.NaN;
    // Windows end at newest - SHORT / 2, and each STEP before it.
    long newestEnd = count - SHORT / 2;
    long after = Math.max(SHORT - 1, count - SEARCHED_BACK);
    int windows = Math.toIntExact(Math.max(0, Math.ceilDiv(newestEnd - after, STEP)));
    if (windows < NEIGHBOURS) {
      return;
    }
    long firstEnd = newestEnd - (long) (windows - 1) * STEP;
    if (sums.length < windows) {
      sums = new double[Math.min(WINDOWS_MAX, 2 * windows)];
    }
    Arrays.fill(sums, 0, windows, 0);
    add(value, firstEnd, windows, 0);
    for (int back = 1; back < SHORT; back++) {
      add(lanes[place(count - back)], firstEnd - back, windows, 0);
    }
    shortDistance = meanOfNearest(0, windows);
    // The longer course leaves out ends that are too new, and windows that would begin too early.
    int early = Math.clamp(Math.ceilDiv(LONG - firstEnd, STEP), 0, windows);
    int ends = windows - (LONG - SHORT) / 2 / STEP;
    if (ends - early < NEIGHBOURS) {
      return;
    }
    for (int back = SHORT; back < LONG; back++) {
      add(lanes[place(count - back)], firstEnd - back + (long) early * STEP, ends, early);
    }
    longDistance = meanOfNearest(early, ends);
  }

  /**
   * Adds to the sums of windows {@code from} to {@code to} how far a reading of the course is from
   * theirs; {@code first} is the number of the first one's reading.
   */
  private void add(float value, long first, int to, int from) {
    float[] kept = lanes;
    double[] total = sums;
    int shift = place(first) - from;
    for (int window = from; window < to; window++) {
      total[window] += Math.abs(value - kept[window + shift]);
    }
  }

  private double meanOfNearest(int from, int to) {
    Arrays.fill(nearest, Double.POSITIVE_INFINITY);
    double limit = Double.POSITIVE_INFINITY;
    for (int window = from; window < to; window++) {
      if (sums[window] < limit) {
        insert(sums[window]);
        limit = nearest[NEIGHBOURS - 1];
      }
    }
    double sum = 0;
    for (double distance : nearest) {
      sum += distance;
    }
    return sum / NEIGHBOURS;
  }

  private void insert(double distance) {
    int place = NEIGHBOURS - 1;
    for (; place > 0 && nearest[place - 1] > distance; place--) {
      nearest[place] = nearest[place - 1];
    }
    nearest[place] = distance;
  }

  void learn(float value) {
    if (count / STEP - laneBase == laneLength) {
      makeRoom();
    }
    lanes[place(count)] = value;
    count++;
  }

  private void makeRoom() {
    int dropped = 0;
    int length = laneLength;
    if (laneLength < LANE_MAX) {
      length = Math.min(2 * laneLength, LANE_MAX);
    } else {
      dropped = (int) ((count - READINGS) / STEP - laneBase);
    }
    float[] moved = length == laneLength ? lanes : new float[STEP * length];
    for (int lane = 0; lane < STEP; lane++) {
      System.arraycopy(
          lanes, lane * laneLength + dropped, moved, lane * length, laneLength - dropped);
    }
    lanes = moved;
    laneLength = length;
    laneBase += dropped;
  }
}
