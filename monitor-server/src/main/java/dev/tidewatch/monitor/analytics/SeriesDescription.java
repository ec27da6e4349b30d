package dev.tidewatch.monitor.analytics;

import dev.tidewatch.serverkit.errors.FailedPrecondition;
import dev.tidewatch.timeseries.energy.EnergyUnit;
import dev.tidewatch.timeseries.energy.EnergyUnit.Quantity;
import java.util.Optional;

/**
 * A series as far as analytics need to know it.
 *
 * @param unit UCUM code; empty: none
 * @param expectedIntervalMicros how often a reading is due, if that is known
 */
public record SeriesDescription(String name, String unit, Optional<Long> expectedIntervalMicros) {
  /**
   * The unit as one of power or energy.
   *
   * @throws FailedPrecondition UNIT_UNSUITABLE
   */
  public EnergyUnit energyUnit() {
    return EnergyUnit.parse(unit)
        .orElseThrow(() ->
            new FailedPrecondition(
                    "UNIT_UNSUITABLE",
                    "series %s has %s; set one of power (W, kW, MW) or energy (W.h, kW.h, MW.h, J) with UpdateSeries, or ask for another series"
                        .formatted(name, unit.isEmpty() ? "no unit" : "the unit '" + unit + "'"))
                .with("series", name));
  }

  boolean measures(Quantity quantity) {
    return EnergyUnit.parse(unit).map(known -> known.quantity() == quantity).orElse(false);
  }
}
