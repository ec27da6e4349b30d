package dev.tidewatch.models.forecast.smoothing;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Estimates one form of exponential smoothing: smoothing parameters, first level and trend, and, of
 * short series with short seasons, the first season, by Nelder-Mead. On long series the first
 * season is that of the classical decomposition, since hardly anything depends on it.
 */
final class EtsSearch {

  /** What is made small. */
  enum Criterion {
    LIKELIHOOD,
    SQUARED_ERROR
  }

  private static final int SEASON_FREE_PERIOD_MAX = 13;
  private static final int SEASON_FREE_SIZE_MAX = 300;
  private static final double TOLERANCE = 1e-9;
  private static final int ROUNDS_MAX = 4;
  private static final double ROUND_GAIN_MIN = 1e-4;
  private static final double EDGE = 1e-6;
  private static final double[] ALPHAS = {0.05, 0.3, 0.8};
  private static final double[] SHARES = {0.02, 0.3};

  private final double[] values;
  private final EtsForm form;
  private final int period;
  private final Criterion criterion;
  private final double unit;
  private final double[] guess;
  private final boolean seasonFree;
  private final int smoothing;

  private EtsSearch(
      double[] values, EtsForm form, int period, Criterion criterion, boolean seasonFree) {
    this.unit = unit(values);
    this.values = new double[values.length];
    for (int t = 0; t < values.length; t++) {
      this.values[t] = values[t] / unit;
    }
    this.form = form;
    this.period = form.isSeasonal() ? period : 1;
    this.criterion = criterion;
    this.guess = EtsStart.of(this.values, form, this.period);
    this.seasonFree = seasonFree;
    this.smoothing = form.smoothingParameters();
  }

  /** Mean size, so that the search works on numbers around 1. */
  private static double unit(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += Math.abs(value);
    }
    double mean = sum / values.length;
    return mean > 0 && Double.isFinite(mean) ? mean : 1;
  }

  /** Values that a fit needs. */
  static int valuesMin(EtsForm form, int period) {
    return Math.max(form.isSeasonal() ? 2 * period : 1, form.degreesOfFreedom(1) + 2);
  }

  /** Whether the first season is worth a search of its own: on short series with short seasons. */
  static boolean seasonMatters(double[] values, EtsForm form, int period) {
    return form.isSeasonal()
        && period <= SEASON_FREE_PERIOD_MAX
        && values.length <= SEASON_FREE_SIZE_MAX;
  }

  /**
   * With a search for the first season where it matters.
   *
   * @param values oldest first, at least {@link #valuesMin}
   * @return null if the form has no meaning for the values
   */
  static @Nullable EtsFit fit(double[] values, EtsForm form, int period, Criterion criterion) {
    return fit(values, form, period, criterion, seasonMatters(values, form, period));
  }

  /** With the first season of the classical decomposition; quick, and nearly as good. */
  static @Nullable EtsFit fitQuickly(
      double[] values, EtsForm form, int period, Criterion criterion) {
    return fit(values, form, period, criterion, false);
  }

  private static @Nullable EtsFit fit(
      double[] values, EtsForm form, int period, Criterion criterion, boolean seasonFree) {
    if (form.needsPositive() && !SeasonalAdjustment.positive(values)) {
      return null;
    }
    return new EtsSearch(values, form, period, criterion, seasonFree).run();
  }

  private @Nullable EtsFit run() {
    double[] best = bestOfGrid();
    double value = objective(best);
    if (!Double.isFinite(value)) {
      return null;
    }
    for (int round = 0; round < ROUNDS_MAX; round++) {
      NelderMead.Minimum found =
          NelderMead.minimise(this::objective, best, steps(best), TOLERANCE, 150 * best.length);
      double gain = value - found.value();
      if (gain > 0) {
        best = found.point();
        value = found.value();
      }
      if (gain < ROUND_GAIN_MIN) {
        break;
      }
    }
    EtsWeights weights = weights(best);
    double[] start = start(best);
    for (int i = 0; i < start.length; i++) {
      if (i < 2 || form.season() != EtsForm.Season.MULTIPLICATIVE) {
        start[i] *= unit;
      }
    }
    double[] original = values.clone();
    for (int t = 0; t < original.length; t++) {
      original[t] *= unit;
    }
    EtsState state = EtsFit.state(form, start);
    if (!state.run(original, 0, original.length, weights)) {
      return null;
    }
    return new EtsFit(
        form,
        period,
        weights,
        start,
        state.deviance(original.length),
        state.squares() / original.length,
        original.length);
  }

  private double[] bestOfGrid() {
    List<double[]> grid = new ArrayList<>();
    for (double alpha : ALPHAS) {
      for (double beta : form.hasTrend() ? SHARES : new double[] {0}) {
        for (double gamma : form.isSeasonal() ? SHARES : new double[] {0}) {
          grid.add(point(alpha, beta, gamma));
        }
      }
    }
    double[] best = grid.getFirst();
    double lowest = Double.POSITIVE_INFINITY;
    for (double[] point : grid) {
      double value = objective(point);
      if (value < lowest) {
        lowest = value;
        best = point;
      }
    }
    return best;
  }

  /**
   * @param beta as a share of alpha
   * @param gamma as a share of 1 - alpha
   */
  private double[] point(double alpha, double beta, double gamma) {
    int states = 1 + (form.hasTrend() ? 1 : 0) + (seasonFree ? period - 1 : 0);
    var point = new double[smoothing + states];
    int i = 0;
    point[i++] = logit(alpha);
    if (form.hasTrend()) {
      point[i++] = logit(beta);
    }
    if (form.isSeasonal()) {
      point[i++] = logit(gamma);
    }
    if (form.isDamped()) {
      point[i++] = logit(0.8);
    }
    point[i++] = guess[0];
    if (form.hasTrend()) {
      point[i++] = guess[1];
    }
    if (seasonFree) {
      System.arraycopy(guess, 2, point, i, period - 1);
    }
    return point;
  }

  private double[] steps(double[] point) {
    var steps = new double[point.length];
    for (int i = 0; i < steps.length; i++) {
      steps[i] = i < smoothing ? 0.7 : 0.05;
    }
    if (form.hasTrend()) {
      steps[smoothing + 1] = 0.005;
    }
    return steps;
  }

  private EtsWeights weights(double[] point) {
    int i = 0;
    double alpha = between(EtsWeights.MIN, EtsWeights.MAX, point[i++]);
    double beta = form.hasTrend() ? between(EtsWeights.MIN, alpha, point[i++]) : 0;
    double gamma = form.isSeasonal() ? between(EtsWeights.MIN, 1 - alpha, point[i++]) : 0;
    double phi = form.isDamped() ? between(EtsWeights.PHI_MIN, EtsWeights.PHI_MAX, point[i]) : 1;
    return new EtsWeights(alpha, beta, gamma, phi);
  }

  private double[] start(double[] point) {
    double[] start = guess.clone();
    start[0] = point[smoothing];
    if (form.hasTrend()) {
      start[1] = point[smoothing + 1];
    }
    if (seasonFree) {
      int from = smoothing + (form.hasTrend() ? 2 : 1);
      double sum = 0;
      for (int i = 0; i < period - 1; i++) {
        start[2 + i] = point[from + i];
        sum += point[from + i];
      }
      start[1 + period] = (form.season() == EtsForm.Season.MULTIPLICATIVE ? period : 0) - sum;
    }
    return start;
  }

  private double objective(double[] point) {
    double[] start = start(point);
    if (form.season() == EtsForm.Season.MULTIPLICATIVE) {
      for (int i = 2; i < start.length; i++) {
        if (!(start[i] > 0)) {
          return Double.POSITIVE_INFINITY;
        }
      }
    }
    EtsState state = EtsFit.state(form, start);
    if (!state.run(values, 0, values.length, weights(point))) {
      return Double.POSITIVE_INFINITY;
    }
    int n = values.length;
    return criterion == Criterion.LIKELIHOOD ? state.deviance(n) : state.squares() / n;
  }

  private static double logit(double share) {
    double inside = Math.clamp(share, EDGE, 1 - EDGE);
    return Math.log(inside / (1 - inside));
  }

  private static double between(double low, double high, double coordinate) {
    return low + (high - low) / (1 + Math.exp(-coordinate));
  }
}
