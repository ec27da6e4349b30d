package dev.tidewatch.models.detection;

import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.timeseries.Grid;
import java.util.Map;

/** Families that compare readings with their own series' past alone: nothing is learnt at first. */
public abstract class OwnPastFamily extends ReplayedFamily<OwnPastFamily.Nothing> {
  /** What is learnt. */
  protected enum Nothing {
    LEARNED
  }

  /**
   * @throws IllegalArgumentException if a parameter is unknown or out of bounds
   */
  protected abstract Maker maker(Parameters parameters, Grid grid);

  @Override
  protected final Nothing learn(DetectorTraining training) {
    return Nothing.LEARNED;
  }

  @Override
  protected final Map<String, byte[]> save(Nothing learned) {
    return Map.of();
  }

  @Override
  protected final Nothing read(Bundle bundle) {
    return Nothing.LEARNED;
  }

  @Override
  protected final Maker maker(Nothing learned, Parameters parameters, Grid grid) {
    return maker(parameters, grid);
  }
}
