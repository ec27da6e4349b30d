package dev.tidewatch.models.forecast;

import dev.tidewatch.timeseries.GridWindow;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.timeseries.significance.DieboldMariano;
import dev.tidewatch.timeseries.significance.PairedTest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Two back-tests on the same series and origins, compared origin by origin. The loss of an origin
 * is the mean absolute error over its steps, divided by the series' scale (see MASE) and averaged
 * over the series that both forecast from it, so that one loud series does not decide.
 *
 * @param pairs by origin, ascending
 * @param overlap how many neighbouring origins share truth, at least 1
 */
public record PairedBacktests(List<Pair> pairs, int overlap) {
  public PairedBacktests {
    pairs = List.copyOf(pairs);
  }

  /**
   * Losses at one origin.
   *
   * @param originIndex grid interval of the first step
   */
  public record Pair(long originIndex, double first, double second) {}

  /**
   * @param training what both were run on
   * @param plan of both
   */
  public static PairedBacktests of(
      BacktestReport first, BacktestReport second, ForecastTraining training, BacktestPlan plan) {
    long testStart = Backtest.testStart(training, plan);
    var scales = new HashMap<SeriesName, Double>();
    training
        .series()
        .forEach((name, series) -> scales.put(name, scale(Backtest.until(series, testStart))));
    var others = new HashMap<Key, BacktestReport.Origin>();
    second.origins().forEach(origin -> others.put(Key.of(origin), origin));
    var sums = new TreeMap<Long, double[]>();
    for (BacktestReport.Origin origin : first.origins()) {
      BacktestReport.Origin other = others.get(Key.of(origin));
      if (other == null) {
        continue;
      }
      double scale = scales.getOrDefault(origin.series(), 1.0);
      int steps = Math.min(origin.actual().size(), other.actual().size());
      double firstLoss = absoluteError(origin, steps) / scale;
      double secondLoss = absoluteError(other, steps) / scale;
      if (Double.isFinite(firstLoss) && Double.isFinite(secondLoss)) {
        double[] sum = sums.computeIfAbsent(origin.forecast().firstIndex(), i -> new double[3]);
        sum[0] += firstLoss;
        sum[1] += secondLoss;
        sum[2]++;
      }
    }
    var pairs = new ArrayList<Pair>();
    sums.forEach((index, sum) -> pairs.add(new Pair(index, sum[0] / sum[2], sum[1] / sum[2])));
    return new PairedBacktests(pairs, overlap(pairs, training.horizon()));
  }

  private static double scale(GridWindow before) {
    double scale = BacktestMetrics.scale(before);
    return scale > 0 && Double.isFinite(scale) ? scale : 1;
  }

  private record Key(SeriesName series, long origin) {
    static Key of(BacktestReport.Origin origin) {
      return new Key(origin.series(), origin.forecast().firstIndex());
    }
  }

  private static double absoluteError(BacktestReport.Origin origin, int steps) {
    double sum = 0;
    int count = 0;
    for (int step = 0; step < steps; step++) {
      double error = Math.abs(origin.actual().get(step) - origin.forecast().mean(step));
      if (!Double.isNaN(error)) {
        sum += error;
        count++;
      }
    }
    return count == 0 ? Double.NaN : sum / count;
  }

  private static int overlap(List<Pair> pairs, int horizon) {
    long nearest = Long.MAX_VALUE;
    for (int i = 1; i < pairs.size(); i++) {
      nearest = Math.min(nearest, pairs.get(i).originIndex() - pairs.get(i - 1).originIndex());
    }
    return nearest == Long.MAX_VALUE ? 1 : (int) Math.max(1, Math.ceilDiv(horizon, nearest));
  }

  /** Diebold and Mariano's test; empty where there are too few origins for one. */
  public Optional<PairedTest> test() {
    return pairs.size() < DieboldMariano.PAIRS_MIN
        ? Optional.empty()
        : Optional.of(
            DieboldMariano.of(
                pairs.stream().mapToDouble(Pair::first).toArray(),
                pairs.stream().mapToDouble(Pair::second).toArray(),
                overlap));
  }

  /** Mean scaled loss of the first. */
  public double firstLoss() {
    return pairs.stream().mapToDouble(Pair::first).average().orElse(Double.NaN);
  }

  /** Mean scaled loss of the second. */
  public double secondLoss() {
    return pairs.stream().mapToDouble(Pair::second).average().orElse(Double.NaN);
  }
}
