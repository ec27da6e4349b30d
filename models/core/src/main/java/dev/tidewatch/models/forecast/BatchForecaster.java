package dev.tidewatch.models.forecast;

import java.util.List;

/** A forecaster that answers several inputs at once faster than one after the other. */
public interface BatchForecaster extends Forecaster {
  /**
   * As {@link #forecast} for each input, in order: the same answers up to rounding. If one input is
   * refused, all are.
   *
   * @param inputs at least one
   */
  List<Forecast> forecastAll(List<ForecastInput> inputs, int horizon, List<Double> levels);
}
