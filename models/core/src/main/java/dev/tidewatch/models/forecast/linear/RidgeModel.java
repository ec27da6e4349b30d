package dev.tidewatch.models.forecast.linear;

import dev.tidewatch.models.forecast.ModelArrays;
import dev.tidewatch.models.forecast.PointModel;
import dev.tidewatch.timeseries.GridWindow;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Weights on the newest lags for each step, on one or several scales. Whatever was averaged in the
 * fit is one set of weights per scale here.
 *
 * @param lookback lags
 * @param horizon steps
 * @param season phases of the grid's index that weights may differ by; 1 for none
 * @param nonNegative forecasts below 0 are cut off there
 */
record RidgeModel(
    int lookback,
    int horizon,
    int season,
    boolean nonNegative,
    List<OnScale> parts,
    SortedMap<String, String> explanation)
    implements PointModel {
  private static final int LOOKBACK_MAX = 1_000_000;

  /** Weights on one scale. */
  static final class OnScale {
    private final StandardScore score;
    private final double share;
    private final double[] weights;
    private final double[] intercepts;
    private final List<double[]> phases;

    /**
     * @param share of the forecast
     * @param weights lookback x horizon, of standard scores
     * @param intercepts by step, in standard scores
     * @param phases what is added to the weights in each phase; empty if nothing
     */
    OnScale(
        StandardScore score,
        double share,
        double[] weights,
        double[] intercepts,
        List<double[]> phases) {
      this.score = score;
      this.share = share;
      this.weights = weights;
      this.intercepts = intercepts;
      this.phases = phases;
    }

    StandardScore score() {
      return score;
    }

    double share() {
      return share;
    }

    double[] weights() {
      return weights;
    }

    double[] intercepts() {
      return intercepts;
    }

    List<double[]> phases() {
      return phases;
    }
  }

  @Override
  public int historyIntervals() {
    return lookback;
  }

  @Override
  public int historyIntervalsMin() {
    return lookback;
  }

  @Override
  public double[] forecast(GridWindow history, int steps) {
    double[] values = history.last(lookback).values();
    var means = new double[steps];
    for (OnScale part : parts) {
      double[] z = part.score().apply(values);
      var forecast = part.intercepts().clone();
      multiply(part.weights(), z, forecast);
      if (!part.phases().isEmpty()) {
        multiply(part.phases().get(Math.floorMod(history.endIndex(), season)), z, forecast);
      }
      double min = Double.POSITIVE_INFINITY;
      double max = Double.NEGATIVE_INFINITY;
      for (double value : z) {
        min = Math.min(min, value);
        max = Math.max(max, value);
      }
      // A linear rule that leaves the window by more than its range has lost its ground.
      double slack = max - min + 1;
      for (int h = 0; h < steps; h++) {
        means[h] +=
            part.share() * part.score().invert(Math.clamp(forecast[h], min - slack, max + slack));
      }
    }
    for (int h = 0; h < steps && nonNegative; h++) {
      means[h] = Math.max(0, means[h]);
    }
    return means;
  }

  private void multiply(double[] weights, double[] z, double[] sums) {
    for (int i = 0; i < lookback; i++) {
      for (int h = 0; h < horizon; h++) {
        sums[h] += weights[i * horizon + h] * z[i];
      }
    }
  }

  @Override
  public ModelArrays save() {
    var arrays =
        ModelArrays.builder()
            .put("lookback", lookback)
            .put("season", season)
            .put("non_negative", nonNegative ? 1 : 0);
    for (OnScale part : parts) {
      String prefix = part.score().scale().name().toLowerCase(Locale.ROOT) + "/";
      arrays
          .put(prefix + "share", part.share())
          .put(
              prefix + "score", part.score().floor(), part.score().mean(), part.score().deviation())
          .put(prefix + "weights", part.weights())
          .put(prefix + "intercepts", part.intercepts());
      for (int phase = 0; phase < part.phases().size(); phase++) {
        arrays.put(prefix + "phase/%06d".formatted(phase), part.phases().get(phase));
      }
    }
    return arrays.build();
  }

  static RidgeModel load(ModelArrays arrays, int horizon) {
    int lookback = arrays.integer("lookback", 1, LOOKBACK_MAX);
    int season = arrays.integer("season", 1, LOOKBACK_MAX);
    var parts = new ArrayList<OnScale>();
    for (Scale scale : Scale.values()) {
      ModelArrays own = arrays.under(scale.name().toLowerCase(Locale.ROOT) + "/");
      if (!own.has("share")) {
        continue;
      }
      double[] score = own.array("score", 3);
      var phases = new ArrayList<double[]>();
      for (int phase = 0; phase < season && own.has("phase/000000"); phase++) {
        phases.add(own.array("phase/%06d".formatted(phase), lookback * horizon));
      }
      parts.add(
          new OnScale(
              new StandardScore(scale, score[0], score[1], score[2]),
              own.number("share"),
              own.array("weights", lookback * horizon),
              own.array("intercepts", horizon),
              phases));
    }
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("ridge model has no weights");
    }
    return new RidgeModel(
        lookback,
        horizon,
        season,
        arrays.integer("non_negative", 0, 1) == 1,
        parts,
        new TreeMap<>());
  }
}
