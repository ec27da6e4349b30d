package dev.tidewatch.monitor.decision;

import dev.tidewatch.monitor.Page;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Keeps decisions. Thread-safe. */
public interface DecisionStore {
  /** Behind which decision a page begins: newest time first, of one time the later recorded. */
  record DecisionCursor(Instant time, long number) {}

  /**
   * Keeps a decision, unless one with its id is there.
   *
   * @return true if it is new
   */
  boolean record(Decision decision);

  /**
   * Keeps a decision that takes another one back, unless one with its id is there.
   *
   * @throws dev.tidewatch.serverkit.errors.FailedPrecondition DECISION_SUPERSEDED: another one took
   *     it back
   */
  void recordReversal(Decision reversal, UUID reverted);

  Optional<Decision> find(UUID id);

  /** Those of a model that moved an alias, oldest first. */
  List<Decision> moves(String model);

  /** Newest first. */
  Page<Decision, DecisionCursor> page(
      DecisionFilter filter, Optional<DecisionCursor> after, int size);
}
