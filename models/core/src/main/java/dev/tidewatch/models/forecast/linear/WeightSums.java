package dev.tidewatch.models.forecast.linear;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Weighted sum of the weights of regressions on one scale, on plain lags. Not thread-safe. */
final class WeightSums {
  private final int lookback;
  private final int horizon;
  private final int season;
  private final double[] weights;
  private final double[] intercepts;
  private final List<double[]> phases = new ArrayList<>();
  private double share;

  WeightSums(int lookback, int horizon, int season) {
    this.lookback = lookback;
    this.horizon = horizon;
    this.season = season;
    this.weights = new double[lookback * horizon];
    this.intercepts = new double[horizon];
  }

  /**
   * Fits members of one shape and penalty on everything and adds them.
   *
   * @param z standard scores
   * @param shares of the members in the forecast
   */
  void add(
      Candidate.Shape shape,
      double[] z,
      long firstIndex,
      List<Integer> seasons,
      List<CrossValidation.Scored> members,
      double[] shares) {
    LagMoments moments = LagMoments.of(z, z.length, 0, 1, shape.lookback(), horizon);
    LagMoments.Anchored anchored = moments.anchored(shape.anchor(), shape.intercept());
    List<Prior> priors = Prior.of(shape.lookback(), horizon, seasons);
    var prior = new double[shape.lookback() * horizon];
    double commonShare = 0;
    for (int i = 0; i < shares.length; i++) {
      Candidate candidate = members.get(i).candidate();
      commonShare += shares[i];
      Solution.addPrior(prior, priors.get(candidate.prior()), horizon, shares[i]);
    }
    double penalty = members.getFirst().candidate().penalty();
    double[] common = Solution.of(anchored, penalty, prior, commonShare);
    addOnLags(common, shape, commonShare, weights);
    for (int h = 0; h < horizon; h++) {
      double intercept = commonShare * anchored.means()[shape.lookback() + h];
      for (int i = 0; i < shape.lookback(); i++) {
        intercept -= common[i * horizon + h] * anchored.means()[i];
      }
      intercepts[h] += intercept;
    }
    share += commonShare;
    for (int i = 0; i < shares.length; i++) {
      if (members.get(i).candidate().phasePenalty() > 0) {
        addPhases(members.get(i).candidate(), z, firstIndex, priors, moments, shares[i]);
      }
    }
  }

  /** Adds how the weights of each phase differ from the common ones. */
  private void addPhases(
      Candidate candidate,
      double[] z,
      long firstIndex,
      List<Prior> priors,
      LagMoments moments,
      double memberShare) {
    Candidate.Shape shape = candidate.shape();
    double[] common =
        Solution.of(
            moments.anchored(shape.anchor(), false),
            candidate.penalty(),
            priors.get(candidate.prior()));
    while (phases.size() < season) {
      phases.add(new double[lookback * horizon]);
    }
    for (int phase = 0; phase < season; phase++) {
      LagMoments.Anchored own =
          CrossValidation.ofPhase(z, z.length, firstIndex, phase, season, shape.lookback(), horizon)
              .anchored(season, false);
      double[] difference = Solution.of(own, candidate.phasePenalty(), common.clone(), 1);
      for (int i = 0; i < difference.length; i++) {
        difference[i] = memberShare * (difference[i] - common[i]);
      }
      addOnLags(difference, shape, 0, phases.get(phase));
    }
  }

  /** Anchored weights as weights on plain lags: the anchor is a mean of lags itself. */
  private void addOnLags(double[] anchored, Candidate.Shape shape, double level, double[] to) {
    int skipped = lookback - shape.lookback();
    for (int h = 0; h < horizon; h++) {
      double rest = level;
      for (int i = 0; i < shape.lookback(); i++) {
        double weight = anchored[i * horizon + h];
        to[(skipped + i) * horizon + h] += weight;
        rest -= weight;
      }
      for (int k = 0; k < shape.anchor(); k++) {
        to[(lookback - 1 - k) * horizon + h] += rest / shape.anchor();
      }
    }
  }

  /** The mean over this scale's members. */
  RidgeModel.OnScale normalised(StandardScore score) {
    return new RidgeModel.OnScale(
        score,
        share,
        divided(weights),
        divided(intercepts),
        phases.stream().map(this::divided).toList());
  }

  private double[] divided(double[] sums) {
    return Arrays.stream(sums).map(sum -> sum / share).toArray();
  }
}
