package dev.tidewatch.inference.forecast;

import dev.tidewatch.inference.feed.FeedPosition;
import dev.tidewatch.inference.history.HistorySource;
import dev.tidewatch.inference.registry.Assignment;
import dev.tidewatch.inference.serving.ModelQuestion;
import dev.tidewatch.timeseries.ReadingColumns;
import java.util.List;
import java.util.Map;
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
 * @param covariates given values by role of the model; they stand before stored ones
 * @param assignment that asks, in place of {@code model}; null: a caller does
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
    Cause cause,
    Map<String, ReadingColumns> covariates,
    @Nullable Assignment assignment) {
  /** What made the forecast be asked for. */
  public enum Cause {
    STANDING,
    REQUEST,
    /** Beside the answer to another. */
    SHADOW
  }

  public ForecastQuestion {
    levels = List.copyOf(levels);
    quantiles = List.copyOf(quantiles);
    covariates = Map.copyOf(covariates);
  }

  /** Without covariates, for a caller. */
  public ForecastQuestion(
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
    this(
        series,
        model,
        horizon,
        levels,
        quantiles,
        asOf,
        originMicros,
        minPosition,
        allowFallback,
        recordAlways,
        given,
        cause,
        Map.of(),
        null);
  }

  /** What an assignment's schedule asks for at an origin. */
  static ForecastQuestion standing(Assignment assignment, String series, long originMicros) {
    return new ForecastQuestion(
        series,
        ModelQuestion.ASSIGNED,
        assignment.schedule().horizonSteps(),
        List.of(0.9),
        List.of(),
        null,
        OptionalLong.of(originMicros),
        null,
        false,
        null,
        null,
        Cause.STANDING,
        Map.of(),
        assignment);
  }

  /** The same from an origin that is known. */
  ForecastQuestion at(long originMicros) {
    return new ForecastQuestion(
        series,
        model,
        horizon,
        levels,
        quantiles,
        asOf,
        OptionalLong.of(originMicros),
        minPosition,
        allowFallback,
        recordAlways,
        given,
        cause,
        covariates,
        assignment);
  }

  /** True for a forecast from stored history as it is now. */
  boolean isPlain() {
    return cause == Cause.STANDING
        || (asOf == null && originMicros.isEmpty() && given == null && covariates.isEmpty());
  }

  boolean isToBeRecorded() {
    return recordAlways == null ? isPlain() : recordAlways;
  }
}
