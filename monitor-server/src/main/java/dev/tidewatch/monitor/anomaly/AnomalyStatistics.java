package dev.tidewatch.monitor.anomaly;

import dev.tidewatch.monitor.ModelVersion;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Counts anomalies. Thread-safe. */
public interface AnomalyStatistics {
  /** By what counts are split. */
  enum Dimension {
    SERIES,
    DETECTOR,
    SEVERITY,
    STATUS,
    /** Of UTC; the finer one if days are asked for too. */
    HOUR,
    /** Of UTC. */
    DAY
  }

  /**
   * Which anomalies, and how they are grouped.
   *
   * @param from of the anomalies' times, inclusive
   * @param to exclusive
   * @param groupBy empty: one group of all
   * @param groupsSkipped groups of earlier pages
   * @param groupsMax at least 1
   */
  record Question(
      AnomalyFilter filter,
      Instant from,
      Instant to,
      Set<Dimension> groupBy,
      int groupsSkipped,
      int groupsMax) {
    /**
     * @throws InvalidArgument if the range is empty
     */
    public Question {
      if (!from.isBefore(to)) {
        throw InvalidArgument.field(
            "range", "is empty: from %s to %s; to must be later".formatted(from, to));
      }
      var copy = EnumSet.noneOf(Dimension.class);
      copy.addAll(groupBy);
      groupBy = Collections.unmodifiableSet(copy);
    }
  }

  /**
   * The figures of one group; what names it is there for the dimensions asked for.
   *
   * @param start of the hour or day
   * @param falseAlarms of the anomalies, those marked so
   * @param perDay anomalies per day of the range
   */
  record Group(
      Optional<String> series,
      Optional<ModelVersion> detector,
      Optional<Severity> severity,
      Optional<AnomalyStatus> status,
      Optional<Instant> start,
      long anomalies,
      long falseAlarms,
      double perDay) {}

  /**
   * Most anomalies first, then in order of what names them: at most {@code groupsMax}, and one more
   * if there are more. A question without dimensions has just one group, which may be of none.
   */
  List<Group> answer(Question question);
}
