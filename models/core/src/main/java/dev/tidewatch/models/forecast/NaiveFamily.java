package dev.tidewatch.models.forecast;

import dev.tidewatch.timeseries.Grid;
import java.util.List;
import java.util.Set;

/**
 * The newest value, repeated: what every other forecaster has to beat. It is seasonal naive with
 * the season 1; takes the same parameters but {@code seasons}.
 */
public final class NaiveFamily extends SeasonalNaiveFamily {
  public static final String ID = "naive";

  @Override
  public String id() {
    return ID;
  }

  @Override
  Set<String> parameterNames() {
    return Set.of(INTERVAL_SCALE, ORIGINS_MAX);
  }

  @Override
  List<int[]> defaultCandidates(Grid grid, int historyIntervals, int horizon) {
    return List.of(new int[] {1});
  }
}
