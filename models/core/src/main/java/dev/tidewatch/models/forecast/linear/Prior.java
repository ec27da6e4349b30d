package dev.tidewatch.models.forecast.linear;

import java.util.ArrayList;
import java.util.List;

/**
 * Weights on lags that a ridge regression is drawn to instead of to zero: a simple forecast, so
 * that where the data say little the regression repeats the last season, not the mean.
 */
final class Prior {
  private final String name;
  private final int[][] lags;
  private final double[][] weights;

  /**
   * @param name for people
   * @param lags by step: which lags, counted from the oldest of the lookback
   * @param weights by step, of those lags
   */
  Prior(String name, int[][] lags, double[][] weights) {
    this.name = name;
    this.lags = lags;
    this.weights = weights;
  }

  String name() {
    return name;
  }

  int[][] lags() {
    return lags;
  }

  double[][] weights() {
    return weights;
  }

  private static final int CYCLES_MAX = 7;

  /** Those that the lookback and the seasons allow. */
  static List<Prior> of(int lookback, int horizon, List<Integer> seasons) {
    var priors = new ArrayList<Prior>();
    priors.add(new Prior("level", new int[horizon][0], new double[horizon][0]));
    List<Integer> within = seasons.stream().filter(season -> season <= lookback).toList();
    if (within.isEmpty()) {
      priors.add(of("last", horizon, step -> new int[] {lookback - 1}, 1));
      return priors;
    }
    int shortest = within.getFirst();
    int longest = within.getLast();
    if (horizon < shortest) {
      // The coming steps are a part of a season: the last value and the change a season before.
      priors.add(of("last", horizon, step -> new int[] {lookback - 1}, 1));
      if (shortest < lookback) {
        priors.add(change(lookback, horizon, shortest, 1));
        priors.add(change(lookback, horizon, shortest, 0.5));
      }
      return priors;
    }
    priors.add(
        of("season " + shortest, horizon, step -> new int[] {back(lookback, shortest, step)}, 1));
    int cycles = Math.min(CYCLES_MAX, lookback / shortest);
    if (cycles > 1) {
      priors.add(
          of(
              cycles + " seasons of " + shortest,
              horizon,
              step -> {
                var lags = new int[cycles];
                for (int k = 0; k < cycles; k++) {
                  lags[k] = back(lookback, shortest, step) - k * shortest;
                }
                return lags;
              },
              1.0 / cycles));
    }
    if (longest > shortest) {
      priors.add(
          of(
              "seasons " + shortest + " and " + longest,
              horizon,
              step -> new int[] {back(lookback, shortest, step), back(lookback, longest, step)},
              0.5));
    }
    return priors;
  }

  /** The newest lag that is whole seasons before the step. */
  private static int back(int lookback, int season, int step) {
    return lookback - season + step % season;
  }

  private interface LagsOfStep {
    int[] at(int step);
  }

  private static Prior of(String name, int horizon, LagsOfStep lagsOfStep, double weight) {
    var lags = new int[horizon][];
    var weights = new double[horizon][];
    for (int step = 0; step < horizon; step++) {
      lags[step] = lagsOfStep.at(step);
      weights[step] = new double[lags[step].length];
      java.util.Arrays.fill(weights[step], weight);
    }
    return new Prior(name, lags, weights);
  }

  private static Prior change(int lookback, int horizon, int season, double share) {
    var lags = new int[horizon][];
    var weights = new double[horizon][];
    for (int step = 0; step < horizon; step++) {
      lags[step] = new int[] {lookback - 1, lookback - season + step, lookback - season - 1};
      weights[step] = new double[] {1, share, -share};
    }
    return new Prior(
        share == 1 ? "change of " + season : "half the change of " + season, lags, weights);
  }

  /** What the weights make of lags at a step. */
  double at(double[] values, int step) {
    double sum = 0;
    for (int k = 0; k < lags[step].length; k++) {
      sum += weights[step][k] * values[lags[step][k]];
    }
    return sum;
  }
}
