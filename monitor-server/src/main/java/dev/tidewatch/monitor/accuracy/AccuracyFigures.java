package dev.tidewatch.monitor.accuracy;

import java.util.List;
import java.util.OptionalDouble;

/**
 * Figures over steps with a known actual; y is the actual, f the point forecast. What has nothing
 * to stand on is empty. The definitions are those of {@code ForecastErrors} (Hyndman and Koehler
 * 2006; M4 2018; Gneiting and Raftery 2007) and of the contract.
 *
 * @param pairs steps with a known actual
 * @param pending steps whose actual is not known yet
 * @param missing steps whose interval held no reading
 * @param mape percent, over the pairs with y other than 0
 * @param mapeZeros pairs with y = 0, which MAPE leaves out
 * @param smape percent, 0 to 200
 * @param mase by each prediction's own scale, over the pairs that have one
 * @param bias mean of f - y
 * @param direction share of forecasts that moved from the last value in the direction of the actual
 * @param pinball mean over pairs and quantiles
 * @param skill 1 - sum |y - f| / sum |y - s|, s being seasonal naive
 * @param cvRmse percent
 * @param wape percent
 */
public record AccuracyFigures(
    long pairs,
    long pending,
    long missing,
    OptionalDouble mae,
    OptionalDouble rmse,
    OptionalDouble mape,
    long mapeZeros,
    OptionalDouble smape,
    OptionalDouble mase,
    OptionalDouble bias,
    OptionalDouble direction,
    OptionalDouble pinball,
    OptionalDouble skill,
    OptionalDouble cvRmse,
    OptionalDouble wape,
    List<IntervalFigures> intervals) {
  /** Figures over no step. */
  public static final AccuracyFigures NONE =
      new AccuracyFigures(
          0,
          0,
          0,
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          0,
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          List.of());

  public AccuracyFigures {
    intervals = List.copyOf(intervals);
  }

  /**
   * A central prediction interval.
   *
   * @param level nominal, between 0 and 1
   * @param coverage share of actuals inside
   * @param width mean of upper minus lower
   * @param score mean interval score
   */
  public record IntervalFigures(
      double level, long pairs, double coverage, double width, double score) {}
}
