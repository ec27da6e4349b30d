package dev.tidewatch.models.forecast;

import dev.tidewatch.timeseries.SeriesName;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a back-test found.
 *
 * @param metrics by name, means over series: {@code mae rmse mape smape mase bias}, {@code
 *     coverage_L} and {@code interval_score_L} for each level L in percent, the same two with
 *     {@code adaptive_} before for intervals that earlier truths recalibrate ({@link
 *     AdaptiveIntervals}), and the number of {@code origins}. What cannot be computed (no
 *     percentage of zeros) is left out
 * @param origins every forecast made, with what came
 */
public record BacktestReport(SortedMap<String, Double> metrics, List<Origin> origins) {
  public BacktestReport {
    metrics = Collections.unmodifiableSortedMap(new TreeMap<>(metrics));
    origins = List.copyOf(origins);
  }

  /**
   * One forecast and its truth.
   *
   * @param actual by step; an element of {@code NaN} has no truth
   */
  public record Origin(SeriesName series, Forecast forecast, List<Double> actual) {
    public Origin {
      actual = List.copyOf(actual);
    }
  }
}
