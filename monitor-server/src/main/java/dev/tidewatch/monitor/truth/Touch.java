package dev.tidewatch.monitor.truth;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Readings of a series changed somewhere in a span of time.
 *
 * @param shard of the series
 * @param fromMicros inclusive
 * @param toMicros inclusive
 */
public record Touch(String series, int shard, long fromMicros, long toMicros) {
  /** Earliest and latest time that the database can hold; stands for open bounds. */
  public static final long MICROS_MIN = -4_000_000_000_000_000L;

  public static final long MICROS_MAX = 9_000_000_000_000_000L;

  private static final int SPANS_MAX = 256;

  public Touch {
    if (toMicros < fromMicros) {
      throw new IllegalArgumentException("span ends before it starts");
    }
  }

  /** Every reading of the series. */
  public static Touch everywhere(String series, int shard) {
    return new Touch(series, shard, MICROS_MIN, MICROS_MAX);
  }

  /**
   * Spans that hold all the times; two times lie in one span if they are at most {@code gapMicros}
   * apart, or if there would be too many spans.
   */
  public static List<Touch> of(String series, int shard, long[] timesMicros, long gapMicros) {
    var spans = new ArrayList<Touch>();
    if (timesMicros.length == 0) {
      return spans;
    }
    long[] sorted = timesMicros.clone();
    Arrays.sort(sorted);
    long from = sorted[0];
    for (int i = 1; i <= sorted.length; i++) {
      boolean last = i == sorted.length;
      if (last || (sorted[i] - sorted[i - 1] > gapMicros && spans.size() < SPANS_MAX - 1)) {
        spans.add(new Touch(series, shard, from, sorted[i - 1]));
        if (!last) {
          from = sorted[i];
        }
      }
    }
    return spans;
  }
}
