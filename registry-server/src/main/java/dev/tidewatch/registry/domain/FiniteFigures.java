package dev.tidewatch.registry.domain;

import java.util.Map;

/** Figures by name, every one of them finite. */
final class FiniteFigures {
  private FiniteFigures() {}

  /**
   * @throws IllegalArgumentException naming a figure that is not finite
   */
  static Map<String, Double> copyOf(Map<String, Double> figures) {
    figures.forEach((name, value) -> {
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException("figure '" + name + "' is " + value);
      }
    });
    return Map.copyOf(figures);
  }
}
