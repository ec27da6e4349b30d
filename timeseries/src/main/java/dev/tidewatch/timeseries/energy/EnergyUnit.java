package dev.tidewatch.timeseries.energy;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A unit of power or of energy (UCUM codes; {@code Wh} is understood as {@code W.h}).
 *
 * @param quantity what it measures
 * @param toKilowatts kW, or kWh, that one of it is
 */
public record EnergyUnit(Quantity quantity, double toKilowatts) {
  /** What a unit measures. */
  public enum Quantity {
    POWER,
    ENERGY
  }

  private static final Pattern CODE = Pattern.compile("(m|h|k|M|G|T)?(W\\.h|h\\.W|Wh|W\\.s|W|J)");
  private static final Map<String, Double> PREFIXES =
      Map.of("m", 1e-3, "h", 1e2, "k", 1e3, "M", 1e6, "G", 1e9, "T", 1e12);

  /** Empty for a unit of anything else. */
  public static Optional<EnergyUnit> parse(String code) {
    Matcher parts = CODE.matcher(code);
    if (!parts.matches()) {
      return Optional.empty();
    }
    String prefix = parts.group(1);
    double scale = prefix == null ? 1 : PREFIXES.getOrDefault(prefix, 1.0);
    return Optional.of(
        switch (parts.group(2)) {
          case "W" -> new EnergyUnit(Quantity.POWER, scale / 1e3);
          case "J", "W.s" -> new EnergyUnit(Quantity.ENERGY, scale / 3.6e6);
          default -> new EnergyUnit(Quantity.ENERGY, scale / 1e3);
        });
  }
}
