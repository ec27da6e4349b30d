package dev.tidewatch.ingest.intake;

import java.time.Instant;
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
}
