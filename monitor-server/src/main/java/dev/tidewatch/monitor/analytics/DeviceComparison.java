package dev.tidewatch.monitor.analytics;

import dev.tidewatch.serverkit.errors.FailedPrecondition;
import dev.tidewatch.serverkit.errors.NotFound;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.energy.EnergyUnit.Quantity;
import java.time.Duration;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/** Ranks devices by a measure. Thread-safe. */
final class DeviceComparison {
  private static final Duration DEMAND_INTERVAL = Duration.ofMinutes(15);

  private final MeasuredSeries source;
  private final EnergyMeters meters;
  private final EfficiencyBaseline efficiency;
  private final DeviceRecords records;

  DeviceComparison(MeasuredSeries source, DeviceRecords records) {
    this.source = source;
    this.meters = new EnergyMeters(source);
    this.efficiency = new EfficiencyBaseline(source);
    this.records = records;
  }

  List<DeviceRank> compare(List<String> devices, DeviceMeasure measure, Span span, ZoneId zone) {
    var values = new LinkedHashMap<String, Double>();
    for (String device : devices) {
      values.put(device, value(device, measure, span, zone));
    }
    return DeviceRank.of(values);
  }

  private double value(String device, DeviceMeasure measure, Span span, ZoneId zone) {
    List<SeriesDescription> series = source.ofDevice(device);
    if (series.isEmpty()) {
      throw new NotFound(
              "DEVICE_UNKNOWN",
              "devices: no series belongs to a device '%s'; ListDevices of ingest lists those there are"
                  .formatted(device))
          .with("device", device);
    }
    return switch (measure) {
      case CONSUMPTION ->
          meters
              .profile(
                  energyMeters(device, series),
                  Grid.ofStep(Duration.ofHours(1)),
                  span,
                  EfficiencyBaseline.HOURS_MAX)
              .totalKwh();
      case PEAK_DEMAND -> demand(device, series, span).peakKw();
      case LOAD_FACTOR -> demand(device, series, span).loadFactor();
      case EFFICIENCY ->
          efficiency
              .judge(
                  "of device " + device,
                  energyMeters(device, series),
                  Optional.empty(),
                  span,
                  EfficiencyBaseline.usualBefore(span),
                  zone)
              .score();
      case ANOMALIES ->
          records.anomalies(series.stream().map(SeriesDescription::name).toList(), span);
      case HEALTH -> records.health(device, span);
    };
  }

  private Demand demand(String device, List<SeriesDescription> series, Span span) {
    var profile =
        meters.profile(
            energyMeters(device, series),
            Grid.ofStep(DEMAND_INTERVAL),
            span,
            Analytics.INTERVALS_MAX);
    return Demand.of(profile)
        .orElseThrow(() ->
            EnergyMeters.insufficient(
                "of device " + device, span, "no quarter of an hour with enough readings"));
  }

  /**
   * The meters of a device: those of energy, or, if it has none, those of power. Both together
   * would count the same energy twice.
   */
  private static List<SeriesDescription> energyMeters(
      String device, List<SeriesDescription> series) {
    for (Quantity quantity : List.of(Quantity.ENERGY, Quantity.POWER)) {
      var measuring = series.stream().filter(each -> each.measures(quantity)).toList();
      if (!measuring.isEmpty()) {
        return measuring;
      }
    }
    throw new FailedPrecondition(
            "UNIT_UNSUITABLE",
            "no series of device %s has a unit of power (W, kW, MW) or energy (W.h, kW.h, MW.h, J); leave the device out, or set the unit"
                .formatted(device))
        .with("device", device);
  }
}
