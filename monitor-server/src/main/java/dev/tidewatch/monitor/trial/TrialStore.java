package dev.tidewatch.monitor.trial;

import dev.tidewatch.monitor.Page;
import dev.tidewatch.monitor.decision.Decision;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** Keeps trials. Thread-safe; safe for several replicas. */
public interface TrialStore {
  /**
   * Keeps a trial that begins, unless its model has an open one or its task had one.
   *
   * @return true if it is new
   */
  boolean open(Trial trial);

  /** Whether the model has a trial that has not ended. */
  boolean hasOpen(String model);

  /**
   * Takes up an open trial that is due, so that no other replica does before {@code until}.
   *
   * @param now real time
   * @param until real time
   */
  Optional<Trial> take(Instant now, Instant until);

  /**
   * Lets a trial be taken up again.
   *
   * @param at real time from which
   */
  void lookAgain(UUID id, Instant at);

  /**
   * Replaces a trial by what became of it, with the decision, in one transaction.
   *
   * @return false if it is not as it was; then nothing changed
   */
  boolean advance(Trial before, Trial after, Optional<Decision> decision);

  Optional<Trial> find(UUID id);

  /**
   * Newest first.
   *
   * @param before number behind which the page begins
   */
  Page<Trial, Long> page(TrialFilter filter, Optional<Long> before, int size);
}
