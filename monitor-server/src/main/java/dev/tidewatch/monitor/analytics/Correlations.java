package dev.tidewatch.monitor.analytics;

import dev.tidewatch.serverkit.errors.FailedPrecondition;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.energy.LaggedCorrelation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Correlates series with each other. Thread-safe. */
final class Correlations {
  /** Fewer common intervals say nothing. */
  static final int PAIRS_MIN = 10;

  private static final int INTERVALS_MAX = 1_000_000;

  /** 40 MB. */
  private static final long VALUES_MAX = 5_000_000;

  /** A few seconds of one core. */
  private static final long PRODUCTS_MAX = 4_000_000_000L;

  private final MeasuredSeries source;

  Correlations(MeasuredSeries source) {
    this.source = source;
  }

  /**
   * Each pair once, strongest first; without those that have too few common intervals or a side
   * that never changes.
   */
  List<SeriesCorrelation> of(List<String> series, Span span, Grid grid, Duration lagMax) {
    int count = span.intervals(grid, INTERVALS_MAX);
    long lags = Math.min(lagMax.dividedBy(grid.step()), count - 1L);
    long pairs = series.size() * (series.size() - 1L) / 2;
    if ((long) count * series.size() > VALUES_MAX
        || pairs * (2 * lags + 1) * count > PRODUCTS_MAX) {
      throw InvalidArgument.field(
          span.field(),
          "spans %d intervals of %s, too many for %d series and %d lags; narrow it, widen step, shorten lag_max, or ask for fewer series"
              .formatted(count, grid.step(), series.size(), 2 * lags + 1));
    }
    series.forEach(source::describe); // the unknown ones are refused before the long work
    List<double[]> values = new ArrayList<>();
    for (String name : series) {
      values.add(source.means(name, grid, grid.indexAt(span.fromMicros()), count));
    }
    List<SeriesCorrelation> found = new ArrayList<>();
    for (int i = 0; i < series.size(); i++) {
      for (int j = i + 1; j < series.size(); j++) {
        String first = series.get(i);
        String second = series.get(j);
        LaggedCorrelation.strongest(values.get(i), values.get(j), (int) lags, PAIRS_MIN)
            .ifPresent(correlation -> found.add(new SeriesCorrelation(first, second, correlation)));
      }
    }
    if (found.isEmpty()) {
      throw new FailedPrecondition(
          "INSUFFICIENT_HISTORY",
          "no two of the series have %d common intervals of %s in which both change; choose a longer range or a wider step"
              .formatted(PAIRS_MIN, grid.step()));
    }
    found.sort(
        Comparator.comparingDouble((SeriesCorrelation pair) -> -Math.abs(pair.at().coefficient()))
            .thenComparing(SeriesCorrelation::first)
            .thenComparing(SeriesCorrelation::second));
    return found;
  }
}
