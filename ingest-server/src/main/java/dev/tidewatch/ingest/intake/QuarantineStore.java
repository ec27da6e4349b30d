package dev.tidewatch.ingest.intake;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Where rejected readings are kept. */
public interface QuarantineStore {
  /**
   * Which rejected readings are meant; conditions must all hold.
   *
   * @param reasons any of these; empty: all
   * @param writerId empty: of all
   * @param from rejected at or after
   * @param to rejected before
   */
  record Filter(
      String seriesPrefix,
      Set<RejectReason> reasons,
      String writerId,
      Optional<Instant> from,
      Optional<Instant> to) {
    public Filter {
      reasons = Set.copyOf(reasons);
    }
  }

  /**
   * One page, newest first.
   *
   * @param before ids below this one only
   */
  List<QuarantinedReading> page(Filter filter, long before, int limit);

  /** The oldest that match, oldest first. */
  List<QuarantinedReading> oldest(Filter filter, int limit);

  /** Those with the ids, oldest first; ids that are not there are skipped. */
  List<QuarantinedReading> find(Collection<Long> ids);

  /** Forgets those with the ids; answers how many were there. */
  long delete(Collection<Long> ids);

  /** Forgets what matches now; answers how many that was. */
  long delete(Filter filter);

  /**
   * Forgets what is too old or too much; answers how many that was.
   *
   * @param rejectedBefore those go, by the domain clock
   * @param rowsMax beyond it, the oldest go
   */
  long prune(Instant rejectedBefore, long rowsMax);
}
