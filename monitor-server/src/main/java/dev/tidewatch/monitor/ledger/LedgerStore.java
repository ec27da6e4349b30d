package dev.tidewatch.monitor.ledger;

import dev.tidewatch.monitor.Page;
import dev.tidewatch.monitor.TimeSpan;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Keeps predictions. Thread-safe. */
public interface LedgerStore {
  /** Behind which prediction a page begins, newest origin first. */
  record PredictionCursor(Instant origin, UUID id) {}

  /** Behind which outcome a page begins, newest target first, then by step and prediction. */
  record OutcomeCursor(Instant targetTime, int step, UUID predictionId) {}

  /** Bounds of steps, from 1; 0 is open. */
  record StepBounds(int min, int max) {
    public static final StepBounds ALL = new StepBounds(0, 0);
  }

  /**
   * Keeps those whose id is not there yet, all or none, and sees to it that the actuals of their
   * targets are taken.
   *
   * @param recordedAt domain time
   * @return how many were new
   */
  int record(List<Prediction> predictions, Instant recordedAt);

  Optional<Prediction> find(UUID id);

  /** The steps of a prediction, in order. */
  List<Outcome> outcomesOf(UUID id);

  /** Newest origin first. */
  Page<Prediction, PredictionCursor> page(
      PredictionFilter filter, TimeSpan origins, Optional<PredictionCursor> after, int size);

  /** Newest target first. */
  Page<Outcome, OutcomeCursor> outcomes(
      PredictionFilter filter,
      TimeSpan targets,
      StepBounds steps,
      Optional<ActualState> state,
      Optional<OutcomeCursor> after,
      int size);

  LedgerCounts counts();
}
