package dev.tidewatch.monitor.analytics;

import dev.tidewatch.monitor.ledger.Prediction;
import dev.tidewatch.timeseries.Aggregation;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.Times;
import dev.tidewatch.timeseries.energy.EnergyUnit;
import dev.tidewatch.timeseries.energy.EnergyUnit.Quantity;
import dev.tidewatch.timeseries.energy.RunTime;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Answers about energy and plant, computed from readings when asked for. Readings pass through one
 * by one: what an answer needs in memory depends on its intervals, not on its readings.
 * Thread-safe.
 */
public final class Analytics {
  /** Intervals of demand in one answer: almost three years of quarters of an hour. */
  public static final int INTERVALS_MAX = 100_000;

  private static final int BUCKETS_MAX = 10_000;

  private final MeasuredSeries source;
  private final RecordedForecasts forecasts;
  private final InstantSource clock;
  private final EnergyMeters meters;
  private final EfficiencyBaseline efficiency;
  private final Correlations correlations;
  private final DeviceComparison devices;

  /**
   * @param clock domain time
   */
  public Analytics(
      MeasuredSeries source,
      RecordedForecasts forecasts,
      DeviceRecords records,
      InstantSource clock) {
    this.source = source;
    this.forecasts = forecasts;
    this.clock = clock;
    this.meters = new EnergyMeters(source);
    this.efficiency = new EfficiencyBaseline(source);
    this.correlations = new Correlations(source);
    this.devices = new DeviceComparison(source, records);
  }

  /**
   * Energy of an hour or day.
   *
   * @param startMicros of the whole bucket
   * @param completeness share of its part within the span that readings cover, 0 to 1
   */
  public record Consumption(long startMicros, double kwh, double completeness) {}

  /** In the order of time, every bucket that the span touches. */
  public List<Consumption> consumption(String series, Span span, Grid grid) {
    LoadProfile profile = meters.profile(source.describe(series), grid, span, BUCKETS_MAX);
    List<Consumption> buckets = new ArrayList<>();
    for (int i = 0; i < profile.size(); i++) {
      buckets.add(new Consumption(profile.startMicros(i), profile.kwh(i), profile.covered(i)));
    }
    return buckets;
  }

  public Demand demand(String series, Span span, Grid grid) {
    SeriesDescription described = source.describe(series);
    return Demand.of(meters.profile(described, grid, span, INTERVALS_MAX))
        .orElseThrow(() ->
            EnergyMeters.insufficient(
                series, span, "no interval of " + grid.step() + " with enough readings"))
        .with(forecastPeak(described));
  }

  /** Sums of readings and counters say nothing about power, so forecasts of them are left out. */
  private Optional<Demand.Forecast> forecastPeak(SeriesDescription series) {
    EnergyUnit unit = series.energyUnit();
    if (unit.quantity() != Quantity.POWER) {
      return Optional.empty();
    }
    return forecasts
        .newest(series.name())
        .filter(prediction -> prediction.grid().aggregation() != Aggregation.SUM)
        .map(prediction -> peak(prediction, unit));
  }

  private static Demand.Forecast peak(Prediction prediction, EnergyUnit unit) {
    double[] means = prediction.steps().means();
    int at = 0;
    for (int step = 1; step < means.length; step++) {
      at = means[step] > means[at] ? step : at;
    }
    return new Demand.Forecast(
        means[at] * unit.toKilowatts(), prediction.grid().startMicros(prediction.targetIndex(at)));
  }

  /**
   * @param temperature empty: the baseline knows the hour of the week only
   * @param usual what the baseline is fitted on; empty: the 90 days before
   */
  public Efficiency efficiency(
      String series, Optional<String> temperature, Span judged, Optional<Span> usual, ZoneId zone) {
    return efficiency.judge(
        series,
        List.of(source.describe(series)),
        temperature.map(source::describe),
        judged,
        usual.orElseGet(() -> EfficiencyBaseline.usualBefore(judged)),
        zone);
  }

  /** A value holds until the next reading; three expected intervals, where those are known. */
  public RunTime runTime(String series, Span span, double threshold) {
    long hold =
        source
            .describe(series)
            .expectedIntervalMicros()
            .map(interval -> EnergyMeters.GAP_INTERVALS * interval)
            .orElse(Long.MAX_VALUE);
    var runTime = new RunTime(threshold, span.fromMicros(), span.toMicros(), hold);
    source.read(series, span.fromMicros(), span.toMicros(), runTime::add);
    runTime.finish(Times.floorToMicros(clock.instant()));
    if (runTime.knownMicros() == 0) {
      throw EnergyMeters.insufficient(series, span, "no reading that tells its state");
    }
    return runTime;
  }

  /** Each pair once, strongest first. */
  public List<SeriesCorrelation> correlations(
      List<String> series, Span span, Grid grid, Duration lagMax) {
    return correlations.of(series, span, grid, lagMax);
  }

  /** Largest first. */
  public List<DeviceRank> compare(
      List<String> names, DeviceMeasure measure, Span span, ZoneId zone) {
    return devices.compare(names, measure, span, zone);
  }
}
