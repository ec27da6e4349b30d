package dev.tidewatch.benchmarks.crash;

import dev.tidewatch.standalone.figures.Figures;
import java.util.concurrent.atomic.AtomicLong;

/** What is wrong with a monitor, by kind. All of it must be zero. Thread-safe. */
final class MonitorVerdict extends CountedFaults {
  final AtomicLong lostPredictions = new AtomicLong();
  final AtomicLong doubledPredictions = new AtomicLong();

  /** Predictions that are there without all of their steps. */
  final AtomicLong halfPredictions = new AtomicLong();

  final AtomicLong lostAnomalies = new AtomicLong();
  final AtomicLong lostTransitions = new AtomicLong();
  final AtomicLong doubledTransitions = new AtomicLong();

  /** Places in the order of transitions that nobody has. */
  final AtomicLong gaps = new AtomicLong();

  final AtomicLong missingWebhooks = new AtomicLong();

  /** Transitions that came twice under different delivery ids. */
  final AtomicLong otherIds = new AtomicLong();

  /** Answers that no kill explains. */
  final AtomicLong oddAnswers = new AtomicLong();

  void addTo(Figures figures) {
    figures
        .put("lost_predictions", lostPredictions.get())
        .put("doubled_predictions", doubledPredictions.get())
        .put("half_predictions", halfPredictions.get())
        .put("lost_anomalies", lostAnomalies.get())
        .put("lost_transitions", lostTransitions.get())
        .put("doubled_transitions", doubledTransitions.get())
        .put("gaps", gaps.get())
        .put("missing_webhooks", missingWebhooks.get())
        .put("duplicates_with_another_id", otherIds.get())
        .put("odd_answers", oddAnswers.get());
  }
}
