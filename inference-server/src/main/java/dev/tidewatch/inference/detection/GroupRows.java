package dev.tidewatch.inference.detection;

import dev.tidewatch.inference.feed.FeedPosition;
import dev.tidewatch.inference.history.History;
import dev.tidewatch.inference.history.HistorySource;
import dev.tidewatch.models.detection.multivariate.MultivariateDetector;
import dev.tidewatch.models.detection.multivariate.MultivariateDetectorModel;
import dev.tidewatch.serverkit.errors.FailedPrecondition;
import dev.tidewatch.serverkit.errors.NotFound;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.SeriesName;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads several series as rows: one value of each for every interval of a grid. Thread-safe. */
public final class GroupRows {
  /** A detector that begins is shown so many rows at most; what lies before them is left out. */
  static final int WARM_UP_ROWS_MAX = 10_000;

  /** Intervals that are read at once. */
  private static final int PAGE = 2_000;

  private final HistorySource history;

  public GroupRows(HistorySource history) {
    this.history = history;
  }

  /** Takes rows. */
  @FunctionalInterface
  public interface Reader {
    /**
     * @param values in the order of the series; NaN where the interval has none
     */
    void row(long index, double[] values);
  }

  /**
   * Reads the rows of {@code [fromIndex, untilIndex)}, all of one state of ingest.
   *
   * @param asOf null: the newest
   * @return the state that was read
   * @throws FailedPrecondition {@code COVARIATE_MISSING} if ingest does not know a series
   */
  public FeedPosition read(
      List<SeriesName> series,
      Grid grid,
      long fromIndex,
      long untilIndex,
      HistorySource.@Nullable AsOf asOf,
      Reader reader) {
    FeedPosition position = FeedPosition.START;
    HistorySource.AsOf state = asOf;
    for (long from = fromIndex; from < untilIndex; from += PAGE) {
      int count = (int) Math.min(PAGE, untilIndex - from);
      var windows = new ArrayList<GridWindow>();
      for (SeriesName name : series) {
        History stored =
            stored(name, grid.startMicros(from), grid.startMicros(from + count), state);
        position = stored.position();
        if (state == null) {
          state = new HistorySource.AsOfPosition(position);
        }
        windows.add(GridWindow.resample(grid, stored.readings(), from, count));
      }
      for (int offset = 0; offset < count; offset++) {
        int at = offset;
        reader.row(
            from + offset, windows.stream().mapToDouble(window -> window.value(at)).toArray());
      }
    }
    return position;
  }

  private History stored(
      SeriesName name, long fromMicros, long toMicros, HistorySource.@Nullable AsOf asOf) {
    try {
      return history.read(name.value(), fromMicros, toMicros, asOf);
    } catch (NotFound e) {
      throw new FailedPrecondition(
              "COVARIATE_MISSING",
              "%s is an input of the detector, and ingest does not know it; store its readings, or bind another series"
                  .formatted(name),
              e)
          .with("series", name.value());
    }
  }

  /**
   * A detector that goes on behind its training and has seen the rows before an interval.
   *
   * @param asOf null: the newest state
   */
  public MultivariateDetector warm(
      MultivariateDetectorModel model,
      List<SeriesName> series,
      long untilIndex,
      HistorySource.@Nullable AsOf asOf) {
    MultivariateDetector detector = model.start();
    long from = Math.max(detector.newestIndex() + 1, untilIndex - WARM_UP_ROWS_MAX);
    var _ =
        read(
            series,
            model.manifest().grid(),
            from,
            untilIndex,
            asOf,
            (index, row) -> {
              var _ = detector.score(index, row);
            });
    return detector;
  }
}
