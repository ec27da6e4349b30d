package dev.tidewatch.models.forecast.arima;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The stepwise search for orders of Hyndman and Khandakar (2008), "Automatic time series
 * forecasting: the forecast package for R", section 3: from four starting models, steps to
 * neighbours whose corrected Akaike criterion is smaller, with models that have a root within 1.01
 * of the unit circle left out. Differences are chosen before and stay. Candidates are estimated by
 * conditional sums of squares and judged by their exact likelihood. Not thread-safe.
 */
final class OrderSearch {
  private static final double ROOT_MIN = 1.01;
  private static final int ORDER_MAX = 5;
  private static final int SEASONAL_ORDER_MAX = 2;

  private final double[] w;
  private final DifferenceChoice differences;
  private final int season;
  private final int modelsMax;
  private final Set<ArimaOrder> tried = new HashSet<>();
  private @Nullable ArmaEstimate best;
  private double bestCriterion = Double.POSITIVE_INFINITY;

  private OrderSearch(double[] w, DifferenceChoice differences, int season, int modelsMax) {
    this.w = w;
    this.differences = differences;
    this.season = season;
    this.modelsMax = modelsMax;
  }

  /**
   * What was found.
   *
   * @param tried number of models estimated
   */
  record Found(ArmaEstimate estimate, int tried) {}

  /**
   * @param values not differenced
   * @param season steps; 1 for none
   * @param modelsMax models tried at most
   */
  static Found best(double[] values, DifferenceChoice differences, int season, int modelsMax) {
    double[] w =
        DifferenceChoice.differenced(values, differences.d(), differences.seasonalD(), season);
    return new OrderSearch(w, differences, season, modelsMax).run();
  }

  private Found run() {
    boolean constant = differences.d() + differences.seasonalD() < 2;
    int seasonal = season > 1 ? 1 : 0;
    consider(order(0, 0, 0, 0, constant));
    if (constant) {
      consider(order(0, 0, 0, 0, false));
    }
    consider(order(1, 0, seasonal, 0, constant));
    consider(order(0, 1, 0, seasonal, constant));
    consider(order(2, 2, seasonal, seasonal, constant));
    while (best != null && improves(best.order())) {
      // Goes on from the better neighbour.
    }
    ArmaEstimate found = best;
    if (found == null) {
      found = ArmaEstimate.sought(w, order(0, 0, 0, 0, constant));
    }
    return new Found(found, tried.size());
  }

  private ArimaOrder order(int p, int q, int seasonalP, int seasonalQ, boolean constant) {
    return new ArimaOrder(
        p, differences.d(), q, seasonalP, differences.seasonalD(), seasonalQ, season, constant);
  }

  /** Whether a neighbour is better; the first that is becomes the best. */
  private boolean improves(ArimaOrder from) {
    for (int[] step :
        List.of(
            new int[] {0, 0, -1, 0},
            new int[] {0, 0, 0, -1},
            new int[] {0, 0, 1, 0},
            new int[] {0, 0, 0, 1},
            new int[] {0, 0, -1, -1},
            new int[] {0, 0, -1, 1},
            new int[] {0, 0, 1, -1},
            new int[] {0, 0, 1, 1},
            new int[] {-1, 0, 0, 0},
            new int[] {0, -1, 0, 0},
            new int[] {1, 0, 0, 0},
            new int[] {0, 1, 0, 0},
            new int[] {-1, -1, 0, 0},
            new int[] {-1, 1, 0, 0},
            new int[] {1, -1, 0, 0},
            new int[] {1, 1, 0, 0})) {
      int p = from.p() + step[0];
      int q = from.q() + step[1];
      int seasonalP = from.seasonalP() + step[2];
      int seasonalQ = from.seasonalQ() + step[3];
      if (isAllowed(p, ORDER_MAX)
          && isAllowed(q, ORDER_MAX)
          && isAllowed(seasonalP, season > 1 ? SEASONAL_ORDER_MAX : 0)
          && isAllowed(seasonalQ, season > 1 ? SEASONAL_ORDER_MAX : 0)
          && consider(order(p, q, seasonalP, seasonalQ, from.constant()))) {
        return true;
      }
    }
    return differences.d() + differences.seasonalD() < 2
        && consider(from.withConstant(!from.constant()));
  }

  private static boolean isAllowed(int order, int max) {
    return order >= 0 && order <= max;
  }

  private boolean consider(ArimaOrder order) {
    if (tried.size() >= modelsMax
        || order.arLag() + 2 * order.coefficients() + 3 > w.length / 2
        || !tried.add(order)) {
      return false;
    }
    ArmaEstimate estimate = ArmaEstimate.sought(w, order);
    double criterion = estimate.aicc(w.length);
    if (!(criterion < bestCriterion) || !estimate.coefficients().rootsOutside(ROOT_MIN)) {
      return false;
    }
    best = estimate;
    bestCriterion = criterion;
    return true;
  }
}
