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
}
