package dev.tidewatch.monitor.health;

import dev.tidewatch.monitor.Page;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Keeps scores. Thread-safe. */
public interface HealthStore {
  /** A subject. */
  record Subject(SubjectKind kind, String name) {}

  /**
   * Which scores; what is absent matches everything.
   *
   * @param scoreMax at most this
   */
  record Filter(Optional<SubjectKind> kind, Optional<String> prefix, double scoreMax) {}

  /** Behind which score a page begins, worst first, then by kind and name. */
  record ScoreCursor(double score, SubjectKind kind, String subject) {}

  Optional<HealthScore> newest(SubjectKind kind, String subject);

  /** Worst first. */
  Page<HealthScore, ScoreCursor> page(Filter filter, Optional<ScoreCursor> after, int size);

  /**
   * The newest score in each bucket that has one, oldest first; buckets are counted from {@code
   * from}.
   */
  List<HealthScore> points(Subject subject, Instant from, Instant to, Duration bucket);

  /** As {@link #points}, the scores alone, of several subjects. */
  Map<Subject, double[]> scores(
      Collection<Subject> subjects, Instant from, Instant to, Duration bucket);

  /**
   * Keeps scores as the newest, and as points where one moved by a point or an hour passed.
   *
   * @param whole true: whoever is not among them is no more
   */
  void record(List<HealthScore> scores, Instant at, boolean whole);

  /**
   * True for the one replica that is to make the scores now.
   *
   * @param now real time
   * @param next when they are due again
   */
  boolean takeRound(Instant now, Instant next);

  /**
   * A round that was taken came to nothing: whoever asks next makes the scores.
   *
   * @param next when they would be due again
   */
  void giveRoundBack(Instant now, Instant next);

  /** Removes at most so many points of the course that are older; returns how many went. */
  int prune(Instant before, int rowsMax);
}
