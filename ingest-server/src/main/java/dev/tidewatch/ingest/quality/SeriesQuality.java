package dev.tidewatch.ingest.quality;

import dev.tidewatch.ingest.intake.Counts;
import dev.tidewatch.ingest.intake.RejectReason;
import java.util.List;
import java.util.Map;

/**
 * How good the readings of one series are.
 *
 * @param counts accepted: those that are there now
 * @param rejects by reason
 * @param outOfOrder stored after a newer one
 */
public record SeriesQuality(
    String series,
    Counts counts,
    Map<RejectReason, Long> rejects,
    long outOfOrder,
    Coverage coverage) {
  public SeriesQuality {
    rejects = Map.copyOf(rejects);
  }

  /**
   * What the stored readings tell. Times and durations in microseconds.
   *
   * @param flagged with any quality flag
   * @param firstMicros of no meaning without readings
   * @param lastMicros of no meaning without readings
   * @param intervalMicros 0: not known
   * @param completeness share of the intervals that have a reading, 0 to 1
   * @param gaps the longest first, at most {@link CoverageScan#GAPS_MAX}
   * @param gapCount all of them
   * @param timed readings whose latency is known
   */
  public record Coverage(
      long readings,
      long flagged,
      long firstMicros,
      long lastMicros,
      long intervalMicros,
      double completeness,
      List<Gap> gaps,
      long gapCount,
      long timed,
      long latencyMicrosP50,
      long latencyMicrosP99) {
    public Coverage {
      gaps = List.copyOf(gaps);
    }
  }

  /**
   * A run of missing intervals.
   *
   * @param startMicros the reading before, or the begin of the range
   * @param endMicros the reading after, or the end of the range
   */
  public record Gap(long startMicros, long endMicros, long intervals) {
    long micros() {
      return endMicros - startMicros;
    }
  }
}
