package dev.tidewatch.models.detection;

import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.training.Provenance;
import dev.tidewatch.models.training.TrainingProgress;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.ReadingColumns;
import dev.tidewatch.timeseries.SeriesName;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a detector is fitted on.
 *
 * @param series readings of each series, as they came, in time order
 * @param grid recorded in the bundle; its time zone decides what is day, night and weekend
 * @param parameters settings of the family; unknown ones are refused
 * @param provenance recorded in the bundle
 * @param progress told how far it is
 */
public record DetectorTraining(
    SortedMap<SeriesName, ReadingColumns> series,
    Grid grid,
    Parameters parameters,
    Provenance provenance,
    TrainingProgress progress) {
  public DetectorTraining {
    series = Collections.unmodifiableSortedMap(new TreeMap<>(series));
    if (series.isEmpty()) {
      throw new IllegalArgumentException("training needs at least one series");
    }
    series.forEach((name, readings) -> {
      if (!readings.isInTimeOrder()) {
        throw new IllegalArgumentException("readings of %s are not in time order".formatted(name));
      }
    });
  }
}
