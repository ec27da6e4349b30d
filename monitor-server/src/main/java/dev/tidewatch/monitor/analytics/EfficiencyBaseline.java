package dev.tidewatch.monitor.analytics;

import dev.tidewatch.serverkit.errors.FailedPrecondition;
import dev.tidewatch.timeseries.Fill;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.LocalCalendar;
import dev.tidewatch.timeseries.Times;
import dev.tidewatch.timeseries.energy.TimeOfWeekTemperature;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Judges hours of consumption by those of an earlier time. Thread-safe. */
final class EfficiencyBaseline {
  /** Eleven years. */
  static final int HOURS_MAX = 100_000;

  static final Duration USUAL_LENGTH = Duration.ofDays(90);

  /** Temperatures missing for longer are not filled. */
  private static final int FILL_HOURS_MAX = 3;

  private final MeasuredSeries source;
  private final EnergyMeters meters;

  EfficiencyBaseline(MeasuredSeries source) {
    this.source = source;
    this.meters = new EnergyMeters(source);
  }

  /** Hours that have both load and temperature, by column. */
  private static final class Hours {
    final int[] hoursOfWeek;
    final double[] kw;

    /** Empty if there is no temperature. */
    final double[] temperatures;

    final double[] covered;

    Hours(int[] hoursOfWeek, double[] kw, double[] temperatures, double[] covered) {
      this.hoursOfWeek = hoursOfWeek;
      this.kw = kw;
      this.temperatures = temperatures;
      this.covered = covered;
    }

    int count() {
      return kw.length;
    }

    double temperature(int i) {
      return temperatures.length == 0 ? 0 : temperatures[i];
    }
  }

  /**
   * Compares.
   *
   * @param named who it is about, for errors
   * @throws FailedPrecondition UNIT_UNSUITABLE, INSUFFICIENT_HISTORY, BASELINE_NOT_POSITIVE
   */
  Efficiency judge(
      String named,
      List<SeriesDescription> loads,
      Optional<SeriesDescription> temperature,
      Span judged,
      Span usual,
      ZoneId zone) {
    Hours fitted = hours(loads, temperature, usual, zone);
    if (fitted.count() < TimeOfWeekTemperature.HOURS_MIN) {
      throw EnergyMeters.insufficient(
          named,
          usual,
          "%d hours with load%s, of which a baseline needs %d,"
              .formatted(
                  fitted.count(),
                  temperature.isPresent() ? " and temperature" : "",
                  TimeOfWeekTemperature.HOURS_MIN));
    }
    var baseline = TimeOfWeekTemperature.fit(fitted.hoursOfWeek, fitted.kw, fitted.temperatures);
    Hours hours = hours(loads, temperature, judged, zone);
    if (hours.count() == 0) {
      throw EnergyMeters.insufficient(
          named, judged, "no hour with load" + (temperature.isPresent() ? " and temperature" : ""));
    }
    double measuredKwh = 0;
    double baselineKwh = 0;
    for (int i = 0; i < hours.count(); i++) {
      measuredKwh += hours.kw[i] * hours.covered[i];
      baselineKwh += baseline.load(hours.hoursOfWeek[i], hours.temperature(i)) * hours.covered[i];
    }
    if (!(baselineKwh > 0) || !(baseline.mean() > 0)) {
      throw new FailedPrecondition(
          "BASELINE_NOT_POSITIVE",
          "%s used %s kWh by its baseline, against which nothing can be scored; choose another baseline_range"
              .formatted(named, baselineKwh));
    }
    return Efficiency.of(measuredKwh, baselineKwh, baseline.cvRmse());
  }

  private Hours hours(
      List<SeriesDescription> loads,
      Optional<SeriesDescription> temperature,
      Span span,
      ZoneId zone) {
    Grid hourly = Grid.ofStep(Duration.ofHours(1)).withZone(zone);
    LoadProfile profile = meters.profile(loads, hourly, span, HOURS_MAX);
    var calendar = new LocalCalendar(zone);
    double[] degrees =
        temperature
            .map(
                series -> source.means(series.name(), hourly, profile.firstIndex(), profile.size()))
            .orElseGet(() -> new double[0]);
    Fill.LINEAR.apply(degrees, FILL_HOURS_MAX);
    int count = 0;
    var hoursOfWeek = new int[profile.size()];
    var kw = new double[profile.size()];
    var temperatures = new double[degrees.length];
    var covered = new double[profile.size()];
    for (int i = 0; i < profile.size(); i++) {
      if (profile.hasPower(i) && (degrees.length == 0 || !Double.isNaN(degrees[i]))) {
        hoursOfWeek[count] = calendar.hourOfWeek(profile.startMicros(i));
        kw[count] = profile.kw(i);
        covered[count] = profile.coveredHours(i);
        if (degrees.length > 0) {
          temperatures[count] = degrees[i];
        }
        count++;
      }
    }
    return new Hours(
        Arrays.copyOf(hoursOfWeek, count),
        Arrays.copyOf(kw, count),
        Arrays.copyOf(temperatures, degrees.length == 0 ? 0 : count),
        Arrays.copyOf(covered, count));
  }

  static Span usualBefore(Span judged) {
    return new Span(
        "baseline_range",
        judged.fromMicros() - USUAL_LENGTH.toDays() * Times.MICROS_PER_DAY,
        judged.fromMicros());
  }
}
