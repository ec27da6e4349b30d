package dev.tidewatch.inference.history;

import dev.tidewatch.inference.feed.FeedPosition;
import dev.tidewatch.timeseries.GridWindow;
import java.util.OptionalLong;

/**
 * A series on a grid, up to an origin.
 *
 * @param window ends at the origin; gaps unfilled
 * @param lastReadingMicros time of the newest reading in it
 * @param position the state of ingest that it shows; {@link FeedPosition#START} for values that a
 *     caller gave
 */
public record HistoryWindow(
    GridWindow window, OptionalLong lastReadingMicros, FeedPosition position) {
  /** Grid interval of the first step of a forecast. */
  public long originIndex() {
    return window.endIndex();
  }
}
