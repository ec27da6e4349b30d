package dev.tidewatch.inference.forecast;

import dev.tidewatch.inference.history.HistoryWindow;
import dev.tidewatch.models.forecast.Forecast;
import dev.tidewatch.timeseries.Grid;
import java.util.List;

/**
 * An answer for one series.
 *
 * @param grid of the model
 * @param forecast its levels are the asked ones, in order, followed by those that the quantiles
 *     need
 * @param levels the asked ones
 * @param quantiles the asked ones
 * @param history what the model saw
 * @param fallbackReason why the stand-in answered; empty: the model did
 */
public record ForecastAnswer(
    String series,
    AnsweredBy answeredBy,
    Grid grid,
    Forecast forecast,
    List<Double> levels,
    List<Double> quantiles,
    HistoryWindow history,
    Recording recording,
    String fallbackReason) {
  /** Whether the ledger gets it. */
  public enum Recording {
    RECORDED,
    NOT_REQUESTED,
    NOT_RECORDED
  }

  public ForecastAnswer {
    levels = List.copyOf(levels);
    quantiles = List.copyOf(quantiles);
  }

  public boolean isFallback() {
    return !fallbackReason.isEmpty();
  }

  ForecastAnswer recorded(Recording newRecording) {
    return new ForecastAnswer(
        series,
        answeredBy,
        grid,
        forecast,
        levels,
        quantiles,
        history,
        newRecording,
        fallbackReason);
  }

  /**
   * By step. The median is the mean, which it is for the symmetric intervals of conformal models.
   */
  public double[] quantile(double quantile) {
    if (quantile == 0.5) {
      return forecast.means();
    }
    int level = forecast.levels().indexOf(levelOf(quantile));
    return quantile < 0.5 ? forecast.lowers(level) : forecast.uppers(level);
  }

  /** The central interval that ends at the quantile. */
  static double levelOf(double quantile) {
    return Math.abs(1 - 2 * quantile);
  }
}
