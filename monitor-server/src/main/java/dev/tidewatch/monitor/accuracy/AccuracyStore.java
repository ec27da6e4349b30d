package dev.tidewatch.monitor.accuracy;

import java.util.List;

/** Answers questions about accuracy. Thread-safe. */
public interface AccuracyStore {
  /**
   * The groups in order of series, model, version, role and step: at most {@code groupsMax}, and
   * one more if there are more. A question without dimensions has just one group, which may hold
   * nothing.
   */
  List<AccuracyGroup> answer(AccuracyQuestion question);

  /** The buckets that hold a step, in order of time. */
  List<AccuracyBucket> trend(AccuracyTrendQuestion question);
}
