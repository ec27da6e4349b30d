package dev.tidewatch.models.forecast.linear;

import dev.tidewatch.models.forecast.ModelArrays;
import dev.tidewatch.models.forecast.PointMethod;
import dev.tidewatch.models.forecast.PointModel;
import dev.tidewatch.models.forecast.PointSettings;
import dev.tidewatch.models.training.InsufficientHistoryException;
import dev.tidewatch.timeseries.GridWindow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Ridge regression of each coming step on the newest lags (direct multi-step; with a level taken
 * off lags and targets it is NLinear of Zeng et al. 2023, "Are Transformers Effective for Time
 * Series Forecasting?", in closed form). Lookback, level, scale, penalty, the simple forecast that
 * weights are drawn to, and weights for each phase of the season are candidates; rolling origins
 * weigh them, and the forecast is the weighted mean of the best.
 *
 * <p>Parameters: {@code scale}: {@code auto} (default), {@code raw}, {@code sqrt} or {@code log}.
 */
public final class RidgeMethod implements PointMethod {
  public static final String ID = "ridge";

  static final String SCALE = "scale";

  /** Candidates that the mean is over. */
  private static final int MEMBERS_MAX = 48;

  /**
   * Weight of a candidate is its loss to the power of how many horizons the origins span,
   * downwards, as a likelihood of absolute errors would have it; within these bounds.
   */
  private static final int SHARPNESS_MIN = 16;

  private static final int SHARPNESS_MAX = 64;

  private static final int SEASON_MAX = 1_024;
  private static final int EXPLAINED_MAX = 5;

  /** Values of the parameter {@code scale}. */
  enum ScaleChoice {
    AUTO,
    RAW,
    SQRT,
    LOG
  }

  @Override
  public String id() {
    return ID;
  }

  @Override
  public Set<String> parameterNames() {
    return Set.of(SCALE);
  }

  @Override
  public PointModel load(ModelArrays arrays, PointSettings settings) {
    return RidgeModel.load(arrays, settings.horizon());
  }

  @Override
  public PointModel fit(List<GridWindow> histories, PointSettings settings) {
    GridWindow history = histories.getFirst();
    double[] values = history.values();
    int horizon = settings.horizon();
    List<Integer> seasons =
        settings.seasons().steps().stream()
            .filter(season -> season <= SEASON_MAX && 2 * season <= values.length)
            .toList();
    Map<Scale, StandardScore> scores = scores(values, settings);
    List<Folds> folds =
        new ArrayList<>(
            Folds.rolling(
                values.length,
                horizon,
                seasons.isEmpty() ? Integer.MAX_VALUE : seasons.getFirst()));
    while (!folds.isEmpty() && noCandidates(folds.getLast().cut(), horizon, seasons)) {
      folds.removeLast();
    }
    if (folds.isEmpty()) {
      throw new InsufficientHistoryException(
          "%d values are too few for a regression of %d steps".formatted(values.length, horizon));
    }
    List<CrossValidation.Scored> ranked =
        new CrossValidation(history, horizon, seasons, scores).run(folds);
    int horizons = (values.length - folds.getLast().cut()) / horizon;
    double sharpness = Math.clamp(horizons, SHARPNESS_MIN, SHARPNESS_MAX);
    var weights = new ArrayList<Double>();
    List<CrossValidation.Scored> members = ranked.subList(0, Math.min(MEMBERS_MAX, ranked.size()));
    members.forEach(member -> weights.add(Math.pow(Math.max(member.loss(), 1), -sharpness)));
    double total = weights.stream().mapToDouble(Double::doubleValue).sum();
    weights.replaceAll(weight -> weight / total);
    return average(history, horizon, seasons, scores, members, weights);
  }

  private static boolean noCandidates(int fitted, int horizon, List<Integer> seasons) {
    return CandidateGrid.of(fitted, horizon, seasons, List.of()).lookbacks().isEmpty();
  }

  private static Map<Scale, StandardScore> scores(double[] values, PointSettings settings) {
    ScaleChoice choice = settings.parameters().choice(SCALE, ScaleChoice.AUTO);
    var scores = new EnumMap<Scale, StandardScore>(Scale.class);
    for (Scale scale : Scale.values()) {
      boolean wanted =
          choice == ScaleChoice.AUTO ? scale.fits(values) : scale.name().equals(choice.name());
      if (wanted) {
        if (!scale.fits(values)) {
          throw new IllegalArgumentException(
              "parameter scale is '%s', but the history has values that it is not for"
                  .formatted(scale.name().toLowerCase(Locale.ROOT)));
        }
        scores.put(scale, StandardScore.of(scale, values));
      }
    }
    return scores;
  }

  private static RidgeModel average(
      GridWindow history,
      int horizon,
      List<Integer> seasons,
      Map<Scale, StandardScore> scores,
      List<CrossValidation.Scored> members,
      List<Double> weights) {
    int lookback =
        members.stream().mapToInt(m -> m.candidate().shape().lookback()).max().orElseThrow();
    int season = seasons.isEmpty() ? 1 : seasons.getFirst();
    var sums = new EnumMap<Scale, WeightSums>(Scale.class);
    for (var scored : members) {
      sums.computeIfAbsent(
          scored.candidate().shape().scale(), s -> new WeightSums(lookback, horizon, season));
    }
    // Members that share a factorization are solved for together.
    var groups = new LinkedHashMap<Candidate, List<CrossValidation.Scored>>();
    for (var scored : members) {
      Candidate c = scored.candidate();
      var key = new Candidate(c.shape(), c.penalty(), c.phasePenalty() > 0 ? c.prior() : 0, 0);
      groups.computeIfAbsent(key, k -> new ArrayList<>()).add(scored);
    }
    var scaled = new EnumMap<Scale, double[]>(Scale.class);
    scores.forEach((scale, score) -> scaled.put(scale, score.apply(history.values())));
    groups.forEach((key, group) -> {
      Scale scale = key.shape().scale();
      double[] z = scaled.get(scale);
      WeightSums sum = sums.get(scale);
      if (z == null || sum == null) {
        throw new IllegalStateException("no scale " + scale);
      }
      var shares = new double[group.size()];
      for (int i = 0; i < shares.length; i++) {
        shares[i] = weights.get(members.indexOf(group.get(i)));
      }
      sum.add(key.shape(), z, history.firstIndex(), seasons, group, shares);
    });
    var parts = new ArrayList<RidgeModel.OnScale>();
    sums.forEach((scale, sum) -> {
      StandardScore score = scores.get(scale);
      if (score == null) {
        throw new IllegalStateException("no scale " + scale);
      }
      parts.add(sum.normalised(score));
    });
    boolean nonNegative = Arrays.stream(history.values()).allMatch(value -> value >= 0);
    return new RidgeModel(
        lookback, horizon, season, nonNegative, parts, explanation(members, weights, seasons));
  }

  private static SortedMap<String, String> explanation(
      List<CrossValidation.Scored> members, List<Double> weights, List<Integer> seasons) {
    var explanation = new TreeMap<String, String>();
    explanation.put("model", "mean of %d ridge regressions on lags".formatted(members.size()));
    for (int i = 0; i < Math.min(EXPLAINED_MAX, members.size()); i++) {
      var member = members.get(i);
      Candidate c = member.candidate();
      explanation.put(
          "member_%d".formatted(i + 1),
          "weight %.3f, scale %s, lookback %d, level of %d%s, penalty %s%s, mae %.6g"
              .formatted(
                  weights.get(i),
                  c.shape().scale().name().toLowerCase(Locale.ROOT),
                  c.shape().lookback(),
                  c.shape().anchor(),
                  c.shape().intercept() ? ", intercept" : "",
                  c.penalty(),
                  c.phasePenalty() > 0
                      ? ", by phase of %d with %s".formatted(seasons.getFirst(), c.phasePenalty())
                      : "",
                  member.mae()));
    }
    return explanation;
  }
}
