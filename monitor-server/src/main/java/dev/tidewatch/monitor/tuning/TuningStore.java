package dev.tidewatch.monitor.tuning;

import dev.tidewatch.monitor.Page;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Keeps tunings. Every change takes the next revision of one order, which is the order of commits;
 * what is worth telling goes into the decision log with it. Thread-safe.
 */
public interface TuningStore {
  /** Newest revision; 0: none. */
  long revision();

  Optional<Tuning> find(TuningKey key);

  /** In order of series, model and version. */
  Page<Tuning, TuningKey> page(
      Optional<String> series, Optional<String> model, Optional<TuningKey> after, int size);

  /**
   * Sets both parts by hand: what feedback raised is forgotten.
   *
   * @param etag the state it must be in; empty: any
   * @throws dev.tidewatch.serverkit.errors.Aborted ETAG_STALE
   */
  Tuning set(
      TuningKey key,
      Optional<String> etag,
      double thresholdFactor,
      List<Double> conformalOffsets,
      TuningCause cause,
      Instant at);

  /**
   * Sets the offsets alone, if the tuning is still at the revision.
   *
   * @param expectedRevision 0: there is none
   * @return empty if it changed meanwhile
   */
  Optional<Tuning> setOffsets(
      TuningKey key,
      long expectedRevision,
      List<Double> conformalOffsets,
      TuningCause cause,
      Instant at);

  /**
   * Back to how it was trained.
   *
   * @return the revision of the change
   * @throws dev.tidewatch.serverkit.errors.NotFound TUNING_UNKNOWN
   * @throws dev.tidewatch.serverkit.errors.Aborted ETAG_STALE
   */
  long reset(TuningKey key, Optional<String> etag, TuningCause cause, Instant at);

  /** What happened behind a revision, in order. */
  List<TuningChange> changesAfter(long revision, int limit);

  /** The offsets that held from each of the revisions on; unknown ones are left out. */
  Map<Long, List<Double>> offsetsOf(Set<Long> revisions);

  /**
   * Lets factors that feedback raised go back towards 1 as {@link ThresholdFeedback} says.
   *
   * @return how many changed
   */
  int relax(Instant now, int limit);
}
