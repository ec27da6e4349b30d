package dev.tidewatch.cli;

import dev.tidewatch.cli.terminal.Numbers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A version's figures in one cell: those that people ask for first, and how many more there are.
 */
final class Metrics {
  private static final int SHOWN_MAX = 5;
  private static final List<String> FIRST =
      List.of(
          "mase",
          "mape",
          "mae",
          "rmse",
          "coverage_90",
          "anomalies",
          "anomalies_per_series_week",
          "readings");

  private Metrics() {}

  static String brief(Map<String, Double> metrics) {
    List<String> names = new ArrayList<>(FIRST.stream().filter(metrics::containsKey).toList());
    new TreeMap<>(metrics)
        .keySet().stream().filter(name -> !FIRST.contains(name)).forEach(names::add);
    List<String> shown = new ArrayList<>();
    for (String name : names.subList(0, Math.min(SHOWN_MAX, names.size()))) {
      Double value = metrics.get(name);
      shown.add(name + "=" + Numbers.compact(value == null ? Double.NaN : value));
    }
    if (names.size() > SHOWN_MAX) {
      shown.add("+" + (names.size() - SHOWN_MAX));
    }
    return String.join(" ", shown);
  }
}
