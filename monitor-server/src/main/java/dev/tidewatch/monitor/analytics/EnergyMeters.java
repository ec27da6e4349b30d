package dev.tidewatch.monitor.analytics;

import dev.tidewatch.serverkit.errors.FailedPrecondition;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.Times;
import dev.tidewatch.timeseries.energy.EnergyIntegral;
import dev.tidewatch.timeseries.energy.EnergyUnit;
import java.util.List;

/** Turns series of power or energy into load profiles. Thread-safe. */
final class EnergyMeters {
  /**
   * Neighbours farther apart than so many expected (or usual) distances have a gap between them.
   */
  static final int GAP_INTERVALS = 3;

  private final MeasuredSeries source;

  EnergyMeters(MeasuredSeries source) {
    this.source = source;
  }

  /**
   * The profile of one series.
   *
   * @throws FailedPrecondition UNIT_UNSUITABLE, INSUFFICIENT_HISTORY
   */
  LoadProfile profile(SeriesDescription series, Grid grid, Span span, int intervalsMax) {
    EnergyUnit unit = series.energyUnit();
    int count = span.intervals(grid, intervalsMax);
    long first = grid.indexAt(span.fromMicros());
    var kwh = new double[count];
    var kw = new double[count];
    var covered = new double[count];
    var known = new boolean[1];
    var integral =
        new EnergyIntegral(
            unit,
            grid,
            span.fromMicros(),
            span.toMicros(),
            gapMicros(series, span),
            (start, width, energy, counted, gapless) -> {
              int i = (int) (grid.indexAt(start) - first);
              kwh[i] = energy;
              kw[i] = counted == 0 ? Double.NaN : energy * Times.MICROS_PER_HOUR / counted;
              covered[i] = (double) gapless / width;
              known[0] |= counted > 0;
            });
    source.read(series.name(), span.fromMicros(), span.toMicros(), integral::add);
    integral.finish();
    if (!known[0]) {
      throw insufficient(series.name(), span, "no two neighbouring readings");
    }
    return new LoadProfile(grid, span, kwh, kw, covered);
  }

  /** The sum of several. */
  LoadProfile profile(List<SeriesDescription> meters, Grid grid, Span span, int intervalsMax) {
    return meters.stream()
        .map(meter -> profile(meter, grid, span, intervalsMax))
        .reduce(LoadProfile::plus)
        .orElseThrow(() -> new IllegalArgumentException("no meters"));
  }

  private long gapMicros(SeriesDescription series, Span span) {
    long interval =
        series
            .expectedIntervalMicros()
            .or(() ->
                source.medianDistanceMicros(series.name(), span.fromMicros(), span.toMicros()))
            .orElse(Times.MICROS_PER_HOUR);
    return GAP_INTERVALS * Math.max(interval, 1);
  }

  static FailedPrecondition insufficient(String series, Span span, String what) {
    return new FailedPrecondition(
            "INSUFFICIENT_HISTORY",
            "series %s has %s between %s and %s; choose a range with more readings"
                .formatted(
                    series,
                    what,
                    Times.toInstant(span.fromMicros()),
                    Times.toInstant(span.toMicros())))
        .with("series", series);
  }
}
