package dev.tidewatch.monitor.analytics;

import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.Times;

/**
 * Energy and mean power per interval of a span; what lies outside the span is cut off the first and
 * the last interval.
 */
final class LoadProfile {
  /** An interval of which less is covered says nothing about demand. */
  static final double COVERED_MIN = 0.5;

  private final Grid grid;
  private final Span span;
  private final long firstIndex;
  private final double[] kwh;
  private final double[] kw;
  private final double[] covered;

  LoadProfile(Grid grid, Span span, double[] kwh, double[] kw, double[] covered) {
    this.grid = grid;
    this.span = span;
    this.firstIndex = grid.indexAt(span.fromMicros());
    this.kwh = kwh;
    this.kw = kw;
    this.covered = covered;
  }

  /** The sum of both, which have the same grid and span. Covered is what both cover. */
  LoadProfile plus(LoadProfile other) {
    var sumKwh = new double[size()];
    var sumKw = new double[size()];
    var both = new double[size()];
    for (int i = 0; i < size(); i++) {
      sumKwh[i] = kwh[i] + other.kwh[i];
      sumKw[i] = kw[i] + other.kw[i];
      both[i] = Math.min(covered[i], other.covered[i]);
    }
    return new LoadProfile(grid, span, sumKwh, sumKw, both);
  }

  int size() {
    return kwh.length;
  }

  Grid grid() {
    return grid;
  }

  long firstIndex() {
    return firstIndex;
  }

  long startMicros(int interval) {
    return grid.startMicros(firstIndex + interval);
  }

  double kwh(int interval) {
    return kwh[interval];
  }

  /** Mean power of the known part; {@code NaN} where nothing is known. */
  double kw(int interval) {
    return kw[interval];
  }

  /** Share of the interval, as far as it lies in the span, that readings cover. */
  double covered(int interval) {
    return covered[interval];
  }

  /** True if enough of the whole interval is covered to speak of its power. */
  boolean hasPower(int interval) {
    return coveredHours(interval) >= COVERED_MIN * fullHours(interval)
        && !Double.isNaN(kw[interval]);
  }

  double coveredHours(int interval) {
    long start = Math.max(span.fromMicros(), startMicros(interval));
    long end = Math.min(span.toMicros(), grid.endMicros(firstIndex + interval));
    return covered[interval] * (end - start) / (double) Times.MICROS_PER_HOUR;
  }

  private double fullHours(int interval) {
    return (grid.endMicros(firstIndex + interval) - startMicros(interval))
        / (double) Times.MICROS_PER_HOUR;
  }

  double totalKwh() {
    double total = 0;
    for (double each : kwh) {
      total += each;
    }
    return total;
  }
}
