package dev.tidewatch.ingest.quality;

import dev.tidewatch.ingest.quality.SeriesQuality.Coverage;
import dev.tidewatch.ingest.quality.SeriesQuality.Gap;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.PriorityQueue;

/**
 * Takes the readings of one series in the order of times, once, and tells how well they cover a
 * range. Needs the same memory for ten readings as for ten million: distances and latencies are
 * counted, and of the gaps only the longest are kept. Not thread-safe.
 *
 * <p>A distance of {@code d} between two readings spans {@code round(d / interval)} intervals; all
 * but one of them are missing.
 */
public final class CoverageScan {
  public static final int GAPS_MAX = 100;

  private static final Comparator<Gap> SHORTEST_FIRST =
      Comparator.comparingLong(Gap::micros)
          .thenComparing(Gap::startMicros, Comparator.reverseOrder());

  private final OptionalLong from;
  private final OptionalLong to;
  private final OptionalLong expectedIntervalMicros;
  private final Distances distances = new Distances();
  private final LogHistogram latencies = new LogHistogram();

  /** By distance; whether it is a gap is known once the interval is. */
  private final PriorityQueue<Gap> longest = new PriorityQueue<>(SHORTEST_FIRST);

  private long readings;
  private long flagged;
  private long firstMicros;
  private long lastMicros;

  /**
   * @param from begin of the range; empty: the first reading
   * @param to end of the range, not itself in it; empty: the last reading
   * @param expectedIntervalMicros empty: the median distance
   */
  public CoverageScan(OptionalLong from, OptionalLong to, OptionalLong expectedIntervalMicros) {
    this.from = from;
    this.to = to;
    this.expectedIntervalMicros = expectedIntervalMicros;
  }

  public void add(long timeMicros, boolean isFlagged) {
    if (readings == 0) {
      firstMicros = timeMicros;
    } else {
      long distance = timeMicros - lastMicros;
      distances.add(distance);
      if (longest.size() < GAPS_MAX || distance > longest.peek().micros()) {
        keep(new Gap(lastMicros, timeMicros, 0));
      }
    }
    lastMicros = timeMicros;
    readings++;
    flagged += isFlagged ? 1 : 0;
  }

  /**
   * Says how long after its time a reading was committed; one that was ahead of the clock counts as
   * 0.
   */
  public void addLatency(long micros) {
    latencies.add(micros, 1);
  }

  private void keep(Gap gap) {
    longest.add(gap);
    if (longest.size() > GAPS_MAX) {
      longest.remove();
    }
  }

  public Coverage finish() {
    long interval =
        expectedIntervalMicros.orElseGet(() -> distances.total() == 0 ? 0 : distances.median());
    double completeness = readings == 0 ? 0 : 1;
    long gapCount = 0;
    var gaps = new ArrayList<Gap>();
    if (interval > 0) {
      long missing = distances.sum(distance -> missing(distance, interval));
      gapCount = distances.sum(distance -> missing(distance, interval) > 0 ? 1 : 0);
      for (Gap gap : edges(interval)) {
        missing += gap.intervals();
        gapCount++;
        keep(gap);
      }
      long due = due(interval);
      if (due > 0) {
        completeness = Math.clamp(1 - (double) missing / due, 0.0, 1.0);
      }
      for (Gap gap : longest) {
        long intervals = gap.intervals() > 0 ? gap.intervals() : missing(gap.micros(), interval);
        if (intervals > 0) {
          gaps.add(new Gap(gap.startMicros(), gap.endMicros(), intervals));
        }
      }
      gaps.sort(SHORTEST_FIRST.reversed());
    }
    long timed = latencies.total();
    return new Coverage(
        readings,
        flagged,
        firstMicros,
        lastMicros,
        interval,
        completeness,
        gaps,
        gapCount,
        timed,
        timed == 0 ? 0 : latencies.quantile(0.5),
        timed == 0 ? 0 : latencies.quantile(0.99));
  }

  private static long steps(long distance, long interval) {
    return Math.round((double) distance / interval);
  }

  private static long missing(long distance, long interval) {
    return Math.max(0, steps(distance, interval) - 1);
  }

  /** How many intervals the range has. */
  private long due(long interval) {
    if (readings == 0) {
      return from.isPresent() && to.isPresent()
          ? steps(to.getAsLong() - from.getAsLong(), interval)
          : 0;
    }
    long begin = from.orElse(firstMicros);
    return to.isPresent()
        ? Math.max(1, steps(to.getAsLong() - begin, interval))
        : steps(lastMicros - begin, interval) + 1;
  }

  /** What is missing between the bounds of the range and the readings. */
  private List<Gap> edges(long interval) {
    var edges = new ArrayList<Gap>(2);
    if (readings == 0) {
      if (due(interval) > 0) {
        edges.add(new Gap(from.getAsLong(), to.getAsLong(), due(interval)));
      }
      return edges;
    }
    if (from.isPresent() && firstMicros - from.getAsLong() >= interval) {
      edges.add(
          new Gap(from.getAsLong(), firstMicros, (firstMicros - from.getAsLong()) / interval));
    }
    if (to.isPresent() && missing(to.getAsLong() - lastMicros, interval) > 0) {
      edges.add(
          new Gap(lastMicros, to.getAsLong(), missing(to.getAsLong() - lastMicros, interval)));
    }
    return edges;
  }
}
