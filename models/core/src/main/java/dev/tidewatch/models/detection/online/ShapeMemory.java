package dev.tidewatch.models.detection.online;

import dev.tidewatch.models.detection.StateReader;
import dev.tidewatch.models.detection.StateWriter;
import java.util.Arrays;

/**
 * Distance of the newest readings' course from the nearest courses in memory: the mean of the
 * smallest Manhattan distances between the last readings and windows of the same length sampled
 * evenly from the newest {@value #READINGS} (nearest-neighbour discord; Keogh, Lin and Fu 2005).
 * Bounded work. Not thread-safe.
 */
final class ShapeMemory {
  private static final int LENGTH_MAX = 60;
  private static final int READINGS = 4_096;
  private static final int SEARCHED_BACK = 2_000;
  private static final int SAMPLES = 400;
  private static final int NEIGHBOURS = 5;

  /** Readings between looks at whether a window can still be among the nearest. */
  private static final int STRIDE = 10;

  private final float[] ring = new float[READINGS];
  private long count;

  /** Scratch: the newest window, and the distances found. */
  private final float[] window = new float[LENGTH_MAX];

  private final float[] nearest = new float[NEIGHBOURS];

  ShapeMemory() {}

  ShapeMemory(StateReader in) {
    count = in.getLong();
    if (count < 0) {
      throw StateReader.damaged("it remembers %d readings".formatted(count));
    }
    for (long i = firstKept(); i < count; i++) {
      ring[slot(i)] = in.getFloat();
    }
  }

  void save(StateWriter out) {
    out.putLong(count);
    for (long i = firstKept(); i < count; i++) {
      out.putFloat(ring[slot(i)]);
    }
  }

  static int stateBytesMax() {
    return 10 + (SEARCHED_BACK + LENGTH_MAX) * Float.BYTES;
  }

  /** Older ones are never looked at again. */
  private long firstKept() {
    return Math.max(0, count - SEARCHED_BACK - LENGTH_MAX + 1);
  }

  private static int slot(long index) {
    return (int) (index & (READINGS - 1));
  }

  /**
   * The distance if {@code value} were the next reading; {@code NaN} while too few are remembered.
   *
   * @param length of the course, in readings; a multiple of ten, at most {@value #LENGTH_MAX}. The
   *     newest half of it is not compared with itself
   */
  double distance(float value, int length) {
    long newest = count;
    long last = newest - length / 2;
    long before = Math.max(length - 1L, newest - SEARCHED_BACK);
    long candidates = last - before;
    if (candidates < NEIGHBOURS + 5) {
      return Double.NaN;
    }
    for (int i = 1; i < length; i++) {
      window[length - 1 - i] = ring[slot(newest - i)];
    }
    window[length - 1] = value;
    Arrays.fill(nearest, Float.POSITIVE_INFINITY);
    double step = Math.max(1, (double) candidates / SAMPLES);
    for (double at = last; at > before; at -= step) {
      insert(manhattan((long) at - length + 1, length, nearest[NEIGHBOURS - 1]));
    }
    double sum = 0;
    for (float distance : nearest) {
      sum += distance;
    }
    return sum / NEIGHBOURS;
  }

  /** Distance to the window that starts at the index; something larger than the limit if above. */
  private float manhattan(long start, int length, float limit) {
    float sum = 0;
    for (int from = 0; from < length; from += STRIDE) {
      for (int i = from; i < from + STRIDE; i++) {
        sum += Math.abs(window[i] - ring[slot(start + i)]);
      }
      if (sum >= limit) {
        return sum;
      }
    }
    return sum;
  }

  private void insert(float distance) {
    if (!(distance < nearest[NEIGHBOURS - 1])) {
      return;
    }
    int place = NEIGHBOURS - 1;
    for (; place > 0 && nearest[place - 1] > distance; place--) {
      nearest[place] = nearest[place - 1];
    }
    nearest[place] = distance;
  }

  void learn(float value) {
    ring[slot(count)] = value;
    count++;
  }
}
