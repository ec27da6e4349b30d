package dev.tidewatch.timeseries.drift;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.apache.datasketches.common.SketchesArgumentException;
import org.apache.datasketches.kll.KllDoublesSketch;

/**
 * A mergeable sketch of a distribution: KLL (Karnin, Lang and Liberty 2016, "Optimal Quantile
 * Approximation in Streams") of Apache DataSketches, whose parameter is {@value #K}: up to so many
 * values are held as they are, beyond that ranks are right within about 0.3 %. Not thread-safe.
 */
public final class DistributionSketch {
  /** What {@link #toBytes} writes. */
  public static final String FORMAT = "kll-1";

  static final int K = 1024;

  private final KllDoublesSketch sketch;

  private DistributionSketch(KllDoublesSketch sketch) {
    this.sketch = sketch;
  }

  public static DistributionSketch empty() {
    return new DistributionSketch(KllDoublesSketch.newHeapInstance(K));
  }

  /**
   * A sketch of at most {@code pointsMax} of the values: evenly spaced ones in their order if there
   * are more, so that equal values make equal bytes. NaN is left out.
   *
   * @param pointsMax 1 to {@value #K}
   */
  public static DistributionSketch of(double[] values, int pointsMax) {
    if (pointsMax < 1 || pointsMax > K) {
      throw new IllegalArgumentException(
          "pointsMax is %d; 1 to %d are allowed".formatted(pointsMax, K));
    }
    double[] sorted = Arrays.stream(values).filter(v -> !Double.isNaN(v)).sorted().toArray();
    DistributionSketch sketch = empty();
    int points = Math.min(sorted.length, pointsMax);
    for (int i = 0; i < points; i++) {
      // The middle of the i-th of equal parts.
      sketch.add(sorted[(int) ((2L * i + 1) * sorted.length / (2L * points))]);
    }
    return sketch;
  }

  /**
   * @throws IllegalArgumentException if the bytes are no sketch that {@link #toBytes} made
   */
  public static DistributionSketch ofBytes(byte[] bytes) {
    try {
      return new DistributionSketch(KllDoublesSketch.heapify(MemorySegment.ofArray(bytes)));
    } catch (SketchesArgumentException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException("no sketch of doubles: " + e.getMessage(), e);
    }
  }

  /**
   * @param value finite
   */
  public void add(double value) {
    Checks.finite(value);
    sketch.update(value);
  }

  public void merge(DistributionSketch other) {
    sketch.merge(other.sketch);
  }

  /** Values that went in. */
  public long count() {
    return sketch.getN();
  }

  /**
   * What it holds.
   *
   * @throws IllegalStateException if it is empty
   */
  public Distribution distribution() {
    if (sketch.isEmpty()) {
      throw new IllegalStateException("the sketch is empty");
    }
    var view = sketch.getSortedView();
    double[] values = view.getQuantiles();
    long[] ranks = view.getCumulativeWeights();
    var weights = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      weights[i] = ranks[i] - (i == 0 ? 0 : ranks[i - 1]);
    }
    return Distribution.ofSorted(values, weights);
  }

  public byte[] toBytes() {
    return sketch.toByteArray();
  }
}
