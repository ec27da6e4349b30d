package dev.tidewatch.monitor.ledger;

import dev.tidewatch.monitor.ContentId;
import dev.tidewatch.monitor.ModelVersion;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.SeriesName;
import java.util.UUID;

/** Ids of predictions: equal keys have equal ids, so that a repeat is known as such. */
final class PredictionId {
  private PredictionId() {}

  static UUID of(
      SeriesName series, Grid grid, ModelVersion version, PredictionRole role, long originMicros) {
    return ContentId.of(
        series.value(),
        Long.toString(grid.step().toSeconds()),
        grid.zone().getId(),
        grid.aggregation().name(),
        grid.fill().name(),
        Integer.toString(grid.fillIntervalsMax()),
        Long.toString(grid.lateness().toSeconds()),
        version.model(),
        version.version(),
        role.name(),
        Long.toString(originMicros));
  }
}
