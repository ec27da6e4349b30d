package dev.tidewatch.monitor.tuning;

import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;

/** Truths of issued intervals, out of the ledger. Thread-safe. */
public interface CoverageSource {
  /**
   * Versions that predicted some series.
   *
   * @param behind where the next look goes on; empty: from the beginning
   */
  record Look(List<TuningKey> keys, OptionalLong behind) {
    public Look {
      keys = List.copyOf(keys);
    }
  }

  /**
   * One joined step with its interval.
   *
   * @param tuningRevision that the interval was issued under
   * @param step from 0
   * @param lower as issued
   */
  record IssuedInterval(
      long tuningRevision,
      Instant origin,
      int step,
      double level,
      double lower,
      double upper,
      double actual) {}

  /** Who predicted what since a time, of the series behind a number. */
  Look look(Instant since, OptionalLong behindSeries, int seriesMax);

  /**
   * The newest joined steps, each with the interval whose level is nearest to {@code level}. No
   * stand-ins.
   *
   * @param predictionsMax newest predictions that are looked at
   */
  List<IssuedInterval> intervals(TuningKey key, Instant since, double level, int predictionsMax);
}
