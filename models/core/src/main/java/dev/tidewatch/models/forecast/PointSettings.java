package dev.tidewatch.models.forecast;

import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.training.TrainingProgress;
import dev.tidewatch.timeseries.Grid;

/**
 * What a method is fitted for.
 *
 * @param grid of the histories
 * @param horizon furthest step wanted, at least 1
 * @param seasons that the histories may have
 * @param parameters of the family; those unknown to it were refused before
 * @param seed of random numbers
 * @param progress told how far a long fit is
 */
public record PointSettings(
    Grid grid,
    int horizon,
    Seasons seasons,
    Parameters parameters,
    long seed,
    TrainingProgress progress) {
  public PointSettings {
    if (horizon < 1) {
      throw new IllegalArgumentException("horizon is %d; it must be at least 1".formatted(horizon));
    }
  }

  /** The same with other parameters. */
  public PointSettings withParameters(Parameters newParameters) {
    return new PointSettings(grid, horizon, seasons, newParameters, seed, progress);
  }

  /** The same with other seasons. */
  public PointSettings withSeasons(Seasons newSeasons) {
    return new PointSettings(grid, horizon, newSeasons, parameters, seed, progress);
  }
}
