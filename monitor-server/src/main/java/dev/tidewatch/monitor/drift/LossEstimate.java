package dev.tidewatch.monitor.drift;

import dev.tidewatch.monitor.drift.ResidualStore.LossDay;
import dev.tidewatch.timeseries.significance.NormalQuantile;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What the mean absolute error of predictions probably is, from the width of their intervals and
 * the drift of their inputs, where truths are late.
 *
 * <pre>mae = ratio * implied * inflation</pre>
 *
 * <ul>
 *   <li>implied: the mean absolute error of a normal distribution with the mean width of the widest
 *       interval, width / (2 z) * sqrt(2 / pi); 1 where predictions have no intervals.
 *   <li>ratio: measured over implied error where truths are known, over the 28 days before; 1 where
 *       none are known.
 *   <li>inflation: sqrt(1 + w^2) where the inputs drift, w being their Wasserstein distance in
 *       deviations: as if the drift's size were an error of its own.
 * </ul>
 *
 * <p>The range of 90 % takes the days' own ratios for how much a day strays; it is a third either
 * way at least, and without three known days half to double.
 *
 * @param mae in the unit of the series
 */
public record LossEstimate(double mae, double lower, double upper) {
  private static final long PREDICTED_MIN = 10;
  private static final int DAYS_MIN = 3;
  private static final double LEAST_SPREAD = 1.0 / 3;

  /**
   * Empty if too little was predicted, or if there are neither intervals nor truths.
   *
   * @param days the window and the days before it
   * @param from start of the window
   * @param wasserstein of drifting inputs; empty: they do not drift
   */
  static Optional<LossEstimate> of(List<LossDay> days, Instant from, OptionalDouble wasserstein) {
    double implied = 0;
    long predicted = 0;
    double knownErrors = 0;
    double knownImplied = 0;
    boolean hasIntervals = false;
    for (LossDay day : days) {
      double perWidth = perWidth(day);
      hasIntervals |= perWidth > 0;
      // Days are whole: that in which the window starts counts to it.
      if (!day.day().plusSeconds(86_400).isBefore(from)) {
        implied += perWidth > 0 ? day.widths() * perWidth : day.predicted();
        predicted += day.predicted();
      }
      knownErrors += day.knownErrors();
      knownImplied += perWidth > 0 ? day.knownWidths() * perWidth : day.known();
    }
    boolean isMeasured = knownImplied > 0;
    if (predicted < PREDICTED_MIN || (!isMeasured && !hasIntervals)) {
      return Optional.empty();
    }
    double ratio = isMeasured ? knownErrors / knownImplied : 1;
    double mae = ratio * implied / predicted;
    double inflation = wasserstein.isPresent() ? Math.hypot(1, wasserstein.getAsDouble()) : 1;
    double[] known =
        days.stream()
            .filter(day -> day.known() > 0)
            .mapToDouble(day -> {
              double expected = perWidth(day) > 0 ? day.knownWidths() * perWidth(day) : day.known();
              return expected > 0 ? day.knownErrors() / expected / Math.max(ratio, 1e-12) : 1;
            })
            .toArray();
    double lower = 0.5;
    double upper = 2;
    if (known.length >= DAYS_MIN) {
      double squares = 0;
      for (double one : known) {
        squares += (one - 1) * (one - 1);
      }
      double spread =
          Math.max(LEAST_SPREAD, NormalQuantile.of(0.95) * Math.sqrt(squares / (known.length - 1)));
      lower = 1 / (1 + spread);
      upper = 1 + spread;
    }
    return Optional.of(new LossEstimate(mae * inflation, mae * lower, mae * inflation * upper));
  }

  /** Mean absolute error per width of the interval; 0 where there is none. */
  private static double perWidth(LossDay day) {
    return Double.isNaN(day.level())
        ? 0
        : Math.sqrt(2 / Math.PI) / (2 * NormalQuantile.of((1 + day.level()) / 2));
  }
}
