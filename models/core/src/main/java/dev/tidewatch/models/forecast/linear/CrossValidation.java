package dev.tidewatch.models.forecast.linear;

import dev.tidewatch.timeseries.GridWindow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Errors of candidates on rolling origins. Candidates that differ in penalty and prior only share
 * the moments of their windows; a candidate's forecast from one origin needs one solve of its
 * lookback, whatever the horizon: with u = (G + kI)^-1 q it is q'B = u'C + k u'P for moments G and
 * C, penalty k, prior P and lags q. Not thread-safe.
 */
final class CrossValidation {
  private final double[] values;
  private final long firstIndex;
  private final int horizon;
  private final List<Integer> seasons;
  private final Map<Scale, StandardScore> scores;
  private final boolean relative;
  private final double low;
  private final double high;
  private final Map<Candidate, double[]> errors = new LinkedHashMap<>();

  CrossValidation(
      GridWindow history, int horizon, List<Integer> seasons, Map<Scale, StandardScore> scores) {
    this.values = history.values();
    this.firstIndex = history.firstIndex();
    this.horizon = horizon;
    this.seasons = seasons;
    this.scores = new EnumMap<>(scores);
    double min = Arrays.stream(values).min().orElse(0);
    double max = Arrays.stream(values).max().orElse(0);
    this.relative = min >= 0 && max > 0;
    this.low = min - (max - min);
    this.high = max + (max - min);
  }

  /**
   * A candidate and its error.
   *
   * @param loss its mean absolute error by the least of all; where values are not negative, the
   *     mean of that and the same of the symmetric relative error; 1 is best in both
   * @param mae mean absolute error, in the series' unit
   */
  record Scored(Candidate candidate, double loss, double mae) {}

  /** Ordered from the best. */
  List<Scored> run(List<Folds> groups) {
    int fitted = groups.getLast().cut();
    for (var scale : scores.entrySet()) {
      double[] z = scale.getValue().apply(values);
      CandidateGrid grid = CandidateGrid.of(fitted, horizon, seasons, List.of(scale.getKey()));
      int phaseLookback = grid.phaseLookback(fitted, horizon, seasons);
      for (int lookback : grid.lookbacks()) {
        List<Candidate.Shape> shapes =
            CandidateGrid.shapes(scale.getKey(), lookback, fitted, horizon, seasons);
        List<Prior> priors = Prior.of(lookback, horizon, seasons);
        for (Folds group : groups) {
          LagMoments moments = LagMoments.of(z, group.cut(), 0, 1, lookback, horizon);
          for (Candidate.Shape shape : shapes) {
            common(shape, moments, priors, z, group);
          }
          if (lookback == phaseLookback) {
            phases(scale.getKey(), moments, priors, z, group);
          }
        }
      }
    }
    return ranked();
  }

  private void common(
      Candidate.Shape shape, LagMoments moments, List<Prior> priors, double[] z, Folds group) {
    int lookback = shape.lookback();
    LagMoments.Anchored anchored = moments.anchored(shape.anchor(), shape.intercept());
    for (double relativePenalty : CandidateGrid.PENALTIES) {
      double penalty = anchored.penalty(relativePenalty);
      Cholesky factor = Cholesky.of(anchored.gram(), lookback, penalty);
      for (int origin : group.origins()) {
        double[] q = anchored.query(z, origin);
        double[] u = Arrays.copyOf(q, lookback);
        factor.solve(u, 1);
        double[] base = anchored.timesCross(u);
        for (int p = 0; p < priors.size(); p++) {
          var forecast = new double[horizon];
          for (int h = 0; h < horizon; h++) {
            forecast[h] =
                base[h]
                    + penalty * priors.get(p).at(u, h)
                    + anchored.means()[lookback + h]
                    + q[lookback];
          }
          add(new Candidate(shape, relativePenalty, p, 0), forecast, origin);
        }
      }
    }
  }

  private void phases(
      Scale scale, LagMoments moments, List<Prior> priors, double[] z, Folds group) {
    int season = seasons.getFirst();
    int lookback = moments.lookback();
    var shape = new Candidate.Shape(scale, lookback, season, false);
    LagMoments.Anchored all = moments.anchored(season, false);
    int prior = Math.min(1, priors.size() - 1);
    double[] common = Solution.of(all, CandidateGrid.PHASE_BASE_PENALTY, priors.get(prior));
    for (int origin : group.origins()) {
      int phase = Math.floorMod(firstIndex + origin, season);
      LagMoments.Anchored own =
          ofPhase(z, group.cut(), firstIndex, phase, season, lookback, horizon)
              .anchored(season, false);
      double[] q = own.query(z, origin);
      for (double phasePenalty : CandidateGrid.PHASE_PENALTIES) {
        double penalty = own.penalty(phasePenalty);
        double[] u = Arrays.copyOf(q, lookback);
        Cholesky.of(own.gram(), lookback, penalty).solve(u, 1);
        double[] forecast = own.timesCross(u);
        for (int i = 0; i < lookback; i++) {
          for (int h = 0; h < horizon; h++) {
            forecast[h] += penalty * u[i] * common[i * horizon + h];
          }
        }
        for (int h = 0; h < horizon; h++) {
          forecast[h] += q[lookback];
        }
        add(
            new Candidate(shape, CandidateGrid.PHASE_BASE_PENALTY, prior, phasePenalty),
            forecast,
            origin);
      }
    }
  }

  /** Moments of the windows that end before {@code end} and whose first step has the phase. */
  static LagMoments ofPhase(
      double[] z, int end, long firstIndex, int phase, int season, int lookback, int horizon) {
    int first = Math.floorMod(phase - (firstIndex + lookback), season);
    return LagMoments.of(z, end, first, season, lookback, horizon);
  }

  private void add(Candidate candidate, double[] scaled, int origin) {
    StandardScore score = scores.get(candidate.shape().scale());
    if (score == null) {
      throw new IllegalStateException("no scale " + candidate.shape().scale());
    }
    double[] sums = errors.computeIfAbsent(candidate, c -> new double[3]);
    double absolute = 0;
    double symmetric = 0;
    for (int h = 0; h < horizon; h++) {
      double actual = values[origin + h];
      double mean = Math.clamp(score.invert(scaled[h]), low, high);
      double error = Math.abs(actual - mean);
      absolute += error;
      double size = Math.abs(actual) + Math.abs(mean);
      symmetric += size > 0 ? 2 * error / size : 0;
    }
    sums[0] += absolute / horizon;
    sums[1] += symmetric / horizon;
    sums[2]++;
  }

  private List<Scored> ranked() {
    double least = Double.POSITIVE_INFINITY;
    double leastSymmetric = Double.POSITIVE_INFINITY;
    for (double[] sums : errors.values()) {
      least = Math.min(least, sums[0] / sums[2]);
      leastSymmetric = Math.min(leastSymmetric, sums[1] / sums[2]);
    }
    var ranked = new ArrayList<Scored>();
    for (var entry : errors.entrySet()) {
      double[] sums = entry.getValue();
      double mae = sums[0] / sums[2];
      double loss = least > 0 ? mae / least : mae > 0 ? 2 : 1;
      if (relative && leastSymmetric > 0) {
        loss = (loss + sums[1] / sums[2] / leastSymmetric) / 2;
      }
      ranked.add(new Scored(entry.getKey(), loss, mae));
    }
    // A stable sort: equals stay in the order of the grid.
    ranked.sort(Comparator.comparingDouble(Scored::loss));
    return ranked;
  }
}
