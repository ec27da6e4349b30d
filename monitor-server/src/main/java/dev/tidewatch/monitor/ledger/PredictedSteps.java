package dev.tidewatch.monitor.ledger;

import dev.tidewatch.serverkit.errors.InvalidArgument;
import java.util.Arrays;
import java.util.List;

/**
 * What was predicted, step by step: point forecasts, quantiles, and what seasonal naive would have
 * said. All in the unit of the series. Steps and quantiles count from 0 here. Immutable.
 */
public final class PredictedSteps {
  public static final int STEPS_MAX = 10_000;
  public static final int QUANTILES_MAX = 99;

  private final double[] means;
  private final double[] probabilities;
  private final double[][] quantiles;
  private final double[] seasonalNaive;
  private final List<CentralInterval> intervals;

  /**
   * Copies the outer arrays only; the caller gives the inner ones away.
   *
   * @param means finite, 1 to {@value #STEPS_MAX}
   * @param probabilities rising, each between 0 and 1, at most {@value #QUANTILES_MAX}
   * @param quantiles per probability one finite value per step
   * @param seasonalNaive empty, or one value per step, {@code NaN} where there is none
   * @throws InvalidArgument naming the field
   */
  public PredictedSteps(
      double[] means, double[] probabilities, double[][] quantiles, double[] seasonalNaive) {
    if (means.length == 0 || means.length > STEPS_MAX) {
      throw InvalidArgument.field(
          "means", "has %d values; 1 to %d are allowed".formatted(means.length, STEPS_MAX));
    }
    requireFinite("means", means);
    if (probabilities.length > QUANTILES_MAX) {
      throw InvalidArgument.field(
          "quantiles",
          "has %d quantiles; at most %d are allowed"
              .formatted(probabilities.length, QUANTILES_MAX));
    }
    double before = 0;
    for (int i = 0; i < probabilities.length; i++) {
      if (!(probabilities[i] > before && probabilities[i] < 1)) {
        throw InvalidArgument.field(
            "quantiles[%d].probability".formatted(i),
            "is %s; probabilities must rise and lie between 0 and 1".formatted(probabilities[i]));
      }
      before = probabilities[i];
      requireLength("quantiles[%d].values".formatted(i), quantiles[i].length, means.length);
      requireFinite("quantiles[%d].values".formatted(i), quantiles[i]);
    }
    if (seasonalNaive.length > 0) {
      requireLength("seasonal_naive", seasonalNaive.length, means.length);
      for (int i = 0; i < seasonalNaive.length; i++) {
        if (Double.isInfinite(seasonalNaive[i])) {
          throw new InvalidArgument(
              "VALUE_NOT_FINITE",
              "seasonal_naive[%d]".formatted(i),
              "is infinite; send NaN where there is none");
        }
      }
    }
    this.means = means.clone();
    this.probabilities = probabilities.clone();
    this.quantiles = quantiles.clone();
    this.seasonalNaive = seasonalNaive.clone();
    this.intervals = CentralInterval.among(this.probabilities);
  }

  private static void requireFinite(String field, double[] values) {
    for (int i = 0; i < values.length; i++) {
      if (!Double.isFinite(values[i])) {
        throw new InvalidArgument(
            "VALUE_NOT_FINITE",
            "%s[%d]".formatted(field, i),
            "is %s; it must be finite".formatted(values[i]));
      }
    }
  }

  private static void requireLength(String field, int length, int steps) {
    if (length != steps) {
      throw InvalidArgument.field(
          field, "has %d values; %d are needed, one per step".formatted(length, steps));
    }
  }

  public int count() {
    return means.length;
  }

  public double mean(int step) {
    return means[step];
  }

  /** A copy. */
  public double[] means() {
    return means.clone();
  }

  /** A copy; rising. */
  public double[] probabilities() {
    return probabilities.clone();
  }

  /** All quantiles of one step, in order of probability. */
  public double[] quantilesOf(int step) {
    var values = new double[quantiles.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = quantiles[i][step];
    }
    return values;
  }

  /** {@code NaN} where there is none. */
  public double seasonalNaive(int step) {
    return seasonalNaive.length == 0 ? Double.NaN : seasonalNaive[step];
  }

  public boolean hasSeasonalNaive() {
    return seasonalNaive.length > 0;
  }

  /** The central intervals that the quantiles make, by falling level. */
  public List<CentralInterval> intervals() {
    return intervals;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PredictedSteps that
        && Arrays.equals(means, that.means)
        && Arrays.equals(probabilities, that.probabilities)
        && Arrays.deepEquals(quantiles, that.quantiles)
        && Arrays.equals(seasonalNaive, that.seasonalNaive);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(means);
  }

  @Override
  public String toString() {
    return "%d steps, %d quantiles".formatted(means.length, probabilities.length);
  }
}
