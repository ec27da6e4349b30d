package dev.tidewatch.monitor.ledger;

import java.util.ArrayList;
import java.util.List;

/**
 * Two quantiles of probabilities p and 1 - p, which bound the central interval of level 1 - 2p.
 *
 * @param level between 0 and 1, rounded to nine places so that equal levels are equal numbers
 * @param lower place of the lower quantile, from 0
 * @param upper place of the upper quantile, from 0
 */
public record CentralInterval(double level, int lower, int upper) {
  private static final double TOLERANCE = 1e-9;

  /** Every pair that there is, by falling level. The probabilities rise. */
  static List<CentralInterval> among(double[] probabilities) {
    var found = new ArrayList<CentralInterval>();
    int upper = probabilities.length - 1;
    for (int lower = 0; lower < upper; lower++) {
      while (upper > lower && probabilities[lower] + probabilities[upper] > 1 + TOLERANCE) {
        upper--;
      }
      if (upper > lower && Math.abs(probabilities[lower] + probabilities[upper] - 1) <= TOLERANCE) {
        double level = Math.rint((1 - 2 * probabilities[lower]) * 1e9) / 1e9;
        found.add(new CentralInterval(level, lower, upper));
      }
    }
    return List.copyOf(found);
  }
}
