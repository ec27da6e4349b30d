package dev.tidewatch.monitor.truth;

import dev.tidewatch.timeseries.Grid;
import java.time.Instant;

/**
 * A grid interval whose actual is to be taken.
 *
 * @param index number of the interval on its grid
 * @param dueAt domain time from which its value counts as known
 */
public record Target(
    long seriesId, String series, int gridId, Grid grid, long index, Instant dueAt) {
  public long startMicros() {
    return grid.startMicros(index);
  }

  public long endMicros() {
    return grid.endMicros(index);
  }
}
