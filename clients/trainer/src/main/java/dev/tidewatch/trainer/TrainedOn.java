package dev.tidewatch.trainer;

import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.ReadingColumns;
import java.util.Collection;

/**
 * How much a model was trained on.
 *
 * @param rows values that were not missing, over all series
 * @param spanMicros from the first instant to the last
 */
record TrainedOn(long rows, long spanMicros) {
  static TrainedOn windows(Collection<GridWindow> windows) {
    long rows = 0;
    long first = Long.MAX_VALUE;
    long last = Long.MIN_VALUE;
    for (GridWindow window : windows) {
      rows += window.size() - window.missingCount();
      if (window.size() > 0) {
        first = Math.min(first, window.grid().startMicros(window.firstIndex()));
        last = Math.max(last, window.grid().startMicros(window.endIndex()));
      }
    }
    return new TrainedOn(rows, Math.max(0, last - first));
  }

  static TrainedOn readings(Collection<ReadingColumns> columns) {
    long rows = 0;
    long first = Long.MAX_VALUE;
    long last = Long.MIN_VALUE;
    for (ReadingColumns one : columns) {
      rows += one.size();
      first = Math.min(first, Dataset.startMicros(one));
      last = Math.max(last, Dataset.endMicros(one));
    }
    return new TrainedOn(rows, Math.max(0, last - first));
  }
}
