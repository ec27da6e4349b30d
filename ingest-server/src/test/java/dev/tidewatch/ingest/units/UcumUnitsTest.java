package dev.tidewatch.ingest.units;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Codes from the examples of the UCUM specification and from building and energy practice. */
final class UcumUnitsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1",
        "m",
        "km",
        "m2",
        "m/s2",
        "m.s-2",
        "kW.h",
        "MW.h",
        "Cel",
        "[degF]",
        "K",
        "%",
        "[ppm]",
        "m3/h",
        "L/min",
        "/min",
        "{EUR}/MW.h",
        "{count}",
        "kg.m/s2",
        "10*3/uL",
        "mm[Hg]",
        "(kg.m)/s2",
        "g{dry}",
        "By",
        "KiBy",
        "bit/s",
        "dB",
        "kvar",
        "kVA",
        "[psi]",
        "[cft_i]/min",
        "deg",
        "J/(kg.K)",
        "W/m2",
        "ug/m3",
        "hPa",
        "100.m"
      })
  void knows(String code) {
    assertThat(UcumUnits.isKnown(code)).as(code).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kWh",
        "degC",
        "ppm",
        "furlongs",
        "m//s",
        "m/",
        ".m",
        "(m",
        "m)",
        "{open",
        "k%",
        "m 2",
        "km h",
        "CEL",
        "m2147483648",
        "°C",
        "((((((((((((((((((m))))))))))))))))))"
      })
  void refuses(String code) {
    assertThat(UcumUnits.isKnown(code)).as(code).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"kWh,kW.h", "degC,Cel", "ppm,[ppm]", "kw,kW", "CEL,Cel", "°F,[degF]", "m3/hr,m3/h"})
  void namesTheNearest(String written, String meant) {
    assertThat(UcumUnits.nearest(written)).contains(meant);
  }
}
