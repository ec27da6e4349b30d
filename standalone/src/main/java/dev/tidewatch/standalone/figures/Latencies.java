package dev.tidewatch.standalone.figures;

import java.util.Arrays;
import java.util.List;

/**
 * Every latency of a run, kept exactly. Thread-safe; bounded: beyond {@code samplesMax} the run was
 * too long for this and recording fails.
 */
public final class Latencies {
  private final int samplesMax;
  private long[] nanos = new long[1024];
  private int count;

  public Latencies(int samplesMax) {
    if (samplesMax < 1) {
      throw new IllegalArgumentException("samplesMax: " + samplesMax);
    }
    this.samplesMax = samplesMax;
  }

  /** All latencies of several recorders together. */
  public static Latencies of(List<Latencies> parts) {
    int samples = parts.stream().mapToInt(Latencies::count).sum();
    var all = new Latencies(Math.max(1, samples));
    all.nanos = new long[Math.max(1, samples)];
    for (Latencies part : parts) {
      synchronized (part) {
        System.arraycopy(part.nanos, 0, all.nanos, all.count, part.count);
        all.count += part.count;
      }
    }
    return all;
  }

  public synchronized void record(long elapsedNanos) {
    if (count == samplesMax) {
      throw new IllegalStateException("more than " + samplesMax + " samples");
    }
    if (count == nanos.length) {
      nanos = Arrays.copyOf(nanos, Math.min(samplesMax, 2 * count));
    }
    nanos[count++] = elapsedNanos;
  }

  public synchronized int count() {
    return count;
  }

  /**
   * The smallest latency that at least the given share of all does not exceed, in milliseconds.
   *
   * @param share above 0 and at most 1; .99 is the 99th percentile
   * @throws IllegalStateException if nothing was recorded
   */
  public synchronized double millis(double share) {
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException("share: " + share);
    }
    if (count == 0) {
      throw new IllegalStateException("no latency was recorded");
    }
    var sorted = Arrays.copyOf(nanos, count);
    Arrays.sort(sorted);
    return sorted[(int) Math.ceil(share * count) - 1] / 1e6;
  }
}
