package dev.tidewatch.inference.forecast;

import dev.tidewatch.inference.feed.FeedPosition;
import dev.tidewatch.inference.history.HistorySource;
import dev.tidewatch.inference.serving.ModelQuestion;
import dev.tidewatch.timeseries.ReadingColumns;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One series to be forecast.
 *
 * @param horizon 0: the assignment's, else the model's
 * @param levels of central intervals, each in (0, 1); not empty
 * @param quantiles each in (0, 1)
 * @param asOf state of ingest; null: the newest
 * @param originMicros cut down to the grid; empty: behind the newest known reading
 * @param minPosition the history must include this; null: any
 * @param recordAlways null: as {@link #isPlain} says
 * @param given readings that stand in for the stored history; null: the stored ones
 * @param cause why it is asked
 */
public record ForecastQuestion(
    String series,
    ModelQuestion model,
    int horizon,
    List<Double> levels,
    List<Double> quantiles,
    HistorySource.@Nullable AsOf asOf,
    OptionalLong originMicros,
    @Nullable FeedPosition minPosition,
    boolean allowFallback,
    @Nullable Boolean recordAlways,
    @Nullable ReadingColumns given,
    Cause cause) {
  /** What made the forecast be asked for. */
  public enum Cause {
    STANDING,
    REQUEST
  }

  public ForecastQuestion {
    levels = List.copyOf(levels);
    quantiles = List.copyOf(quantiles);
  }

  /** The plain question: from the newest stored history, on, by whoever is assigned. */
  public static ForecastQuestion of(String series, Cause cause) {
    return new ForecastQuestion(
        series,
        ModelQuestion.ASSIGNED,
        0,
        List.of(0.9),
        List.of(),
        null,
        OptionalLong.empty(),
        null,
        false,
        null,
        null,
        cause);
  }

  /** True for a forecast from stored history as it is now. */
  boolean isPlain() {
    return cause == Cause.STANDING || (asOf == null && originMicros.isEmpty() && given == null);
  }

  boolean isToBeRecorded() {
    return recordAlways == null ? isPlain() : recordAlways;
  }
}
