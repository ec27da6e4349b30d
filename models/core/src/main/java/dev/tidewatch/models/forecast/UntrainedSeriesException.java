package dev.tidewatch.models.forecast;

import dev.tidewatch.timeseries.SeriesName;

/** The model has parameters of its own for each of its series, and this is none of them. */
public final class UntrainedSeriesException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UntrainedSeriesException(String family, int seriesCount, SeriesName series) {
    super(
        "the model of family %s has parameters of its own for each of its %d series, and %s is none of them: train it again with this series, or choose a model made for any"
            .formatted(family, seriesCount, series));
  }
}
