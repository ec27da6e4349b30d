package dev.tidewatch.trainer.tuning;

import dev.tidewatch.models.bundle.Parameters;
import java.util.List;

/**
 * What a search found.
 *
 * @param best settings with the smallest loss; those given to the training unless others were
 *     better
 * @param loss theirs
 * @param givenLoss that of the settings given
 * @param trials in the order in which they were run
 */
public record TuningResult(Parameters best, double loss, double givenLoss, List<Trial> trials) {
  public TuningResult {
    trials = List.copyOf(trials);
  }
}
