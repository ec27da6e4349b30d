package dev.tidewatch.inference.forecast;

import dev.tidewatch.models.forecast.Forecast;
import dev.tidewatch.timeseries.Grid;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * What a forecast rests on.
 *
 * @param method never {@code OWN}
 * @param forecast that is explained
 * @param contributions shares that add up to 1, largest first; empty for PARTS, and where no input
 *     matters
 * @param parts by name, one value per step; together they are the forecast's means; empty unless
 *     PARTS
 * @param summary one or two sentences
 */
public record Explanation(
    AnsweredBy answeredBy,
    ExplainQuestion.Method method,
    Grid grid,
    Forecast forecast,
    List<Contribution> contributions,
    SequencedMap<String, double[]> parts,
    String summary) {
  /** Share of one input. */
  public record Contribution(String input, double importance) {}

  public Explanation {
    contributions = List.copyOf(contributions);
    parts = new LinkedHashMap<>(parts);
  }

  /** Shares of what is above 0, largest first. */
  static List<Contribution> shares(Map<String, Double> amounts) {
    double total = amounts.values().stream().filter(a -> a > 0).mapToDouble(a -> a).sum();
    if (!(total > 0)) {
      return List.of();
    }
    return amounts.entrySet().stream()
        .map(entry -> new Contribution(entry.getKey(), Math.max(0, entry.getValue()) / total))
        .sorted((a, b) -> Double.compare(b.importance(), a.importance()))
        .toList();
  }
}
