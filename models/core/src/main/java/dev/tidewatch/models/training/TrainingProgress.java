package dev.tidewatch.models.training;

import java.util.concurrent.CancellationException;

/** Told how far a training is, on the training's own thread, a few times a second at most. */
@FunctionalInterface
public interface TrainingProgress {
  TrainingProgress SILENT = (stage, fraction) -> {};

  /**
   * @param stage a word or two, such as {@code back-test}
   * @param fraction of the stage that is done, 0 to 1
   * @throws CancellationException to end the training; it passes through to the caller
   */
  void at(String stage, double fraction);

  /**
   * A point of a metric's curve, such as {@code validation_loss} by epoch; recorded with the
   * training's run.
   *
   * @param step not negative; a second point of the same metric and step replaces the first
   * @param value what is not finite is left out
   */
  default void metric(String name, long step, double value) {}
}
