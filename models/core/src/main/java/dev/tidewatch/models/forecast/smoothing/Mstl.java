package dev.tidewatch.models.forecast.smoothing;

import java.util.ArrayList;
import java.util.List;

/**
 * Several seasons at once: Bandara, Hyndman and Bergmeir, "MSTL: A Seasonal-Trend Decomposition
 * Algorithm for Time Series with Multiple Seasonal Patterns" (arXiv 2107.13462). STL takes out one
 * season after the other, shortest first, and refines each once more with the others gone.
 */
public final class Mstl {
  private static final int ROUNDS = 2;

  private Mstl() {}

  /**
   * Value = trend + sum of seasonal + remainder, each as long as the values.
   *
   * @param periods of the seasons in steps, ascending
   * @param seasonal one part per period, in their order
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Decomposition(
      List<Integer> periods, double[] trend, List<double[]> seasonal, double[] remainder) {

    /** Values without all seasons: trend + remainder. */
    public double[] adjusted() {
      var adjusted = new double[trend.length];
      for (int i = 0; i < adjusted.length; i++) {
        adjusted[i] = trend[i] + remainder[i];
      }
      return adjusted;
    }

    /**
     * Sum of the seasons for the {@code horizon} steps after the values: each repeats its last
     * cycle.
     */
    public double[] seasonalAhead(int horizon) {
      var ahead = new double[horizon];
      for (int s = 0; s < periods.size(); s++) {
        double[] part = seasonal.get(s);
        int period = periods.get(s);
        for (int step = 0; step < horizon; step++) {
          ahead[step] += part[part.length - period + step % period];
        }
      }
      return ahead;
    }
  }

  /**
   * With the paper's windows, 7 + 4 i cycles for the i-th season, smoothed by local means.
   *
   * @param values oldest first, without {@code NaN}
   * @param periods of the seasons in steps; each at least 2
   * @throws IllegalArgumentException if the values have fewer than two of the longest
   */
  public static Decomposition decompose(double[] values, List<Integer> periods) {
    var settings = new ArrayList<StlSettings>();
    List<Integer> ascending = periods.stream().distinct().sorted().toList();
    for (int i = 0; i < ascending.size(); i++) {
      settings.add(StlSettings.flat(ascending.get(i), 7 + 4 * (i + 1)));
    }
    return decomposeWith(values, settings);
  }

  /**
   * With the same window for each season: a short one lets seasons change quickly.
   *
   * @param window in cycles; odd, at least 3
   */
  public static Decomposition decompose(double[] values, List<Integer> periods, int window) {
    return decomposeWith(
        values,
        periods.stream()
            .distinct()
            .sorted()
            .map(period -> StlSettings.flat(period, window))
            .toList());
  }

  /**
   * @param settings of each season, shortest first
   * @throws IllegalArgumentException if they do not ascend, or the values have fewer than two of
   *     the longest
   */
  public static Decomposition decomposeWith(double[] values, List<StlSettings> settings) {
    if (settings.isEmpty()) {
      return withoutSeason(values);
    }
    for (int i = 1; i < settings.size(); i++) {
      if (settings.get(i).period() <= settings.get(i - 1).period()) {
        throw new IllegalArgumentException("the seasons of MSTL must ascend");
      }
    }
    int n = values.length;
    var seasonal = new ArrayList<double[]>();
    settings.forEach(s -> seasonal.add(new double[n]));
    double[] adjusted = values.clone();
    double[] trend = new double[n];
    for (int round = 0; round < (settings.size() == 1 ? 1 : ROUNDS); round++) {
      for (int s = 0; s < settings.size(); s++) {
        double[] part = seasonal.get(s);
        for (int i = 0; i < n; i++) {
          adjusted[i] += part[i];
        }
        Stl.Decomposition stl = Stl.decompose(adjusted, settings.get(s));
        seasonal.set(s, stl.seasonal());
        trend = stl.trend();
        for (int i = 0; i < n; i++) {
          adjusted[i] -= stl.seasonal()[i];
        }
      }
    }
    double[] remainder = adjusted;
    for (int i = 0; i < n; i++) {
      remainder[i] -= trend[i];
    }
    return new Decomposition(
        settings.stream().map(StlSettings::period).toList(),
        trend,
        List.copyOf(seasonal),
        remainder);
  }

  /** The trend alone, by a straight local line over a tenth of the values. */
  private static Decomposition withoutSeason(double[] values) {
    int n = values.length;
    int window = Math.max(7, (n / 10) | 1);
    var trend = new double[n];
    StlSettings.Smoother.of(window).loess().smooth(values, n, null, trend, 0, new double[n]);
    var remainder = new double[n];
    for (int i = 0; i < n; i++) {
      remainder[i] = values[i] - trend[i];
    }
    return new Decomposition(List.of(), trend, List.of(), remainder);
  }
}
