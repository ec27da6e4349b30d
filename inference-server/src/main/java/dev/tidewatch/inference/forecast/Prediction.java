package dev.tidewatch.inference.forecast;

import dev.tidewatch.timeseries.ForecastErrors;
import dev.tidewatch.timeseries.GridWindow;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * An answer as the ledger keeps it.
 *
 * @param quantiles values by step, by probability: both ends of each interval, and the asked
 *     quantiles
 * @param seasonalNaive what the value one season earlier would have predicted, by step; NaN where
 *     there is none
 * @param maseScale mean absolute error of in-sample seasonal naive over the window; NaN if there is
 *     none
 * @param lastValue grid value before the origin; NaN if it is missing
 * @param issuedAtMicros domain time
 * @param cause what made it be asked
 * @param plain false: a what-if or as-of call that asked to be recorded
 */
public record Prediction(
    ForecastAnswer answer,
    SortedMap<Double, double[]> quantiles,
    List<Double> seasonalNaive,
    double maseScale,
    double lastValue,
    long issuedAtMicros,
    ForecastQuestion.Cause cause,
    boolean plain,
    String traceparent) {
  static Prediction of(
      ForecastAnswer answer, ForecastQuestion question, long issuedAtMicros, String traceparent) {
    var quantiles = new TreeMap<Double, double[]>();
    for (int i = 0; i < answer.levels().size(); i++) {
      double level = answer.levels().get(i);
      quantiles.put((1 - level) / 2, answer.forecast().lowers(i));
      quantiles.put((1 + level) / 2, answer.forecast().uppers(i));
    }
    for (double quantile : answer.quantiles()) {
      quantiles.put(quantile, answer.quantile(quantile));
    }
    GridWindow window = answer.history().window();
    int season = Math.max(1, answer.grid().stepsPerDay());
    double[] filled = window.filled().values();
    return new Prediction(
        answer,
        quantiles,
        seasonEarlier(filled, season, answer.forecast().horizon()),
        filled.length > season ? ForecastErrors.maseScale(filled, season) : Double.NaN,
        window.size() == 0 ? Double.NaN : window.value(window.size() - 1),
        issuedAtMicros,
        question.cause(),
        question.isPlain(),
        traceparent);
  }

  /** The value of the same point of the newest season that lies before the origin. */
  private static List<Double> seasonEarlier(double[] history, int season, int horizon) {
    return IntStream.range(0, horizon)
        .map(step -> history.length + step - (step / season + 1) * season)
        .mapToObj(at -> at >= 0 ? history[at] : Double.NaN)
        .toList();
  }
}
