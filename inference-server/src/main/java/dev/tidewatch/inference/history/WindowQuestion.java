package dev.tidewatch.inference.history;

import dev.tidewatch.inference.feed.FeedPosition;
import dev.tidewatch.timeseries.Grid;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Which part of a series.
 *
 * @param intervals length of the window
 * @param originIndex where it ends; empty: behind the newest interval that has a reading and counts
 *     as known
 * @param asOf null: the newest state
 * @param minPosition the state must include this; null: any
 */
public record WindowQuestion(
    String series,
    Grid grid,
    int intervals,
    OptionalLong originIndex,
    HistorySource.@Nullable AsOf asOf,
    @Nullable FeedPosition minPosition) {
  public WindowQuestion {
    if (intervals < 1) {
      throw new IllegalArgumentException("a window of %d intervals".formatted(intervals));
    }
  }
}
