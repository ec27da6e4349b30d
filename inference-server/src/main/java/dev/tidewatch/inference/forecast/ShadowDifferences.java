package dev.tidewatch.inference.forecast;

import dev.tidewatch.inference.registry.VersionKey;
import dev.tidewatch.models.forecast.Forecast;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How far shadow answers lie from the answers that callers got, by pair of versions, since the
 * start of this replica. Pairs of the same series, origin and steps only. Thread-safe.
 */
public final class ShadowDifferences {
  private static final int PAIRS_MAX = 1_000;

  private final Map<Pair, Sums> sums = new HashMap<>();

  private record Pair(VersionKey answered, VersionKey shadow) {}

  private static final class Sums {
    private long answers;
    private long steps;
    private double difference;
    private double absolute;
    private double squared;
    private double greatest;
  }

  /**
   * What is known of one pair; differences are shadow minus answer, in the series' units.
   *
   * @param answers how many were compared
   * @param steps of them all together
   * @param absoluteMax the largest absolute difference
   */
  public record Difference(
      VersionKey answered,
      VersionKey shadow,
      long answers,
      long steps,
      double mean,
      double meanAbsolute,
      double rootMeanSquare,
      double absoluteMax) {}

  /** Counts one pair; nothing where they have no step in common. */
  synchronized void add(
      VersionKey answered, Forecast answer, VersionKey shadowVersion, Forecast shadow) {
    int steps = Math.min(answer.horizon(), shadow.horizon());
    if (answer.firstIndex() != shadow.firstIndex()) {
      return;
    }
    var pair = new Pair(answered, shadowVersion);
    if (sums.size() >= PAIRS_MAX && !sums.containsKey(pair)) {
      sums.clear();
    }
    Sums known = sums.computeIfAbsent(pair, p -> new Sums());
    known.answers++;
    known.steps += steps;
    for (int step = 0; step < steps; step++) {
      double difference = shadow.mean(step) - answer.mean(step);
      known.difference += difference;
      known.absolute += Math.abs(difference);
      known.squared += difference * difference;
      known.greatest = Math.max(known.greatest, Math.abs(difference));
    }
  }

  /** Those in which the version was the shadow, by the version that answered. */
  public synchronized List<Difference> ofShadow(VersionKey shadow) {
    var found = new ArrayList<Difference>();
    sums.forEach((pair, known) -> {
      if (pair.shadow().equals(shadow)) {
        found.add(
            new Difference(
                pair.answered(),
                pair.shadow(),
                known.answers,
                known.steps,
                known.difference / known.steps,
                known.absolute / known.steps,
                Math.sqrt(known.squared / known.steps),
                known.greatest));
      }
    });
    found.sort(Comparator.comparing(Difference::answered));
    return found;
  }
}
