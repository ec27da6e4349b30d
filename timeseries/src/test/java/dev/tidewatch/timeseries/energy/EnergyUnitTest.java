package dev.tidewatch.timeseries.energy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnergyUnitTest {
  @ParameterizedTest
  @CsvSource({
    "W, POWER, 0.001",
    "kW, POWER, 1",
    "MW, POWER, 1000",
    "W.h, ENERGY, 0.001",
    "kW.h, ENERGY, 1",
    "kWh, ENERGY, 1",
    "MW.h, ENERGY, 1000",
    "GW.h, ENERGY, 1000000",
    "J, ENERGY, 2.777777777777778e-7",
    "kJ, ENERGY, 2.777777777777778e-4",
    "MJ, ENERGY, 0.2777777777777778",
    "kW.s, ENERGY, 2.777777777777778e-4"
  })
  void unitsOfPowerAndEnergyAreKnownWithTheirSize(
      String code, EnergyUnit.Quantity quantity, double kilowatts) {
    EnergyUnit unit = EnergyUnit.parse(code).orElseThrow();

    assertThat(unit.quantity()).isEqualTo(quantity);
    assertThat(unit.toKilowatts()).isCloseTo(kilowatts, within(1e-12 * kilowatts));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1", "Cel", "kw", "VA", "kV", "W/m2", "W.h/m2", "kkW", "%"})
  void otherUnitsAreNot(String code) {
    assertThat(EnergyUnit.parse(code)).isEmpty();
  }
}
