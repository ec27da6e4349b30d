package dev.tidewatch.ingest.query;

import dev.tidewatch.timeseries.BucketStatistics;
import dev.tidewatch.timeseries.QuantileSketch;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Some successive buckets of one series, filled from readings and from stored buckets in any order.
 * Not thread-safe.
 */
public final class BucketColumn {
  private final long[] starts;
  private final @Nullable BucketStatistics[] statistics;
  private final @Nullable QuantileSketch @Nullable [] sketches;

  /**
   * @param starts of the buckets, and the end of the last; not copied, shared by the series
   * @param withSketches for percentiles
   */
  public BucketColumn(long[] starts, boolean withSketches) {
    this.starts = starts;
    this.statistics = new BucketStatistics[starts.length - 1];
    this.sketches = withSketches ? new QuantileSketch[starts.length - 1] : null;
  }

  public int size() {
    return statistics.length;
  }

  public long startMicros(int bucket) {
    return starts[bucket];
  }

  /** Null without readings. */
  public @Nullable BucketStatistics statistics(int bucket) {
    return statistics[bucket];
  }

  /** NaN without readings. */
  public double quantile(int bucket, double q) {
    QuantileSketch sketch = sketches == null ? null : sketches[bucket];
    return sketch == null ? Double.NaN : sketch.quantile(q);
  }

  /** Adds a reading. */
  public void add(long timeMicros, double value) {
    at(timeMicros).add(timeMicros, value);
    if (sketches != null) {
      sketchAt(timeMicros, sketches).add(value);
    }
  }

  /** What the readings around a time come to, to be added to. */
  public BucketStatistics at(long timeMicros) {
    int bucket = bucketOf(timeMicros);
    BucketStatistics found = statistics[bucket];
    if (found == null) {
      found = new BucketStatistics();
      statistics[bucket] = found;
    }
    return found;
  }

  /** Adds a stored sketch of readings around a time. */
  public void merge(long timeMicros, byte[] sketch) {
    if (sketches != null) {
      sketchAt(timeMicros, sketches).merge(sketch);
    }
  }

  private QuantileSketch sketchAt(long timeMicros, @Nullable QuantileSketch[] all) {
    int bucket = bucketOf(timeMicros);
    QuantileSketch found = all[bucket];
    if (found == null) {
      found = new QuantileSketch();
      all[bucket] = found;
    }
    return found;
  }

  private int bucketOf(long timeMicros) {
    int found = Arrays.binarySearch(starts, timeMicros);
    return found >= 0 ? found : -found - 2;
  }
}
