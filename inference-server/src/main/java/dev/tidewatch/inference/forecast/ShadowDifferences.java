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
 * start of this replica. Pairs of the same question only. Thread-safe.
 */
public final class ShadowDifferences {
  private static final int PAIRS_MAX = 1_000;

  private final Map<Pair, Sums> sums = new HashMap<>();

  private record Pair(VersionKey answered, VersionKey shadow) {}

  private static final class Sums {
    private long answers;
    private long steps;
    private long notComparable;
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
   * @param notComparable steps of which only one side is finite; in no other figure
   */
  public record Difference(
      VersionKey answered,
      VersionKey shadow,
      long answers,
      long steps,
      double mean,
      double meanAbsolute,
      double rootMeanSquare,
      double absoluteMax,
      long notComparable) {}

  /** Counts one pair; nothing where they have no step in common. */
  void add(VersionKey answered, Forecast answer, VersionKey shadowVersion, Forecast shadow) {
    if (answer.firstIndex() == shadow.firstIndex()) {
      add(answered, answer.means(), shadowVersion, shadow.means());
    }
  }

  /** Counts one pair, number by number, as many as the shorter has. */
  public synchronized void add(
      VersionKey answered, double[] answer, VersionKey shadowVersion, double[] shadow) {
    var pair = new Pair(answered, shadowVersion);
    if (sums.size() >= PAIRS_MAX && !sums.containsKey(pair)) {
      sums.clear();
    }
    Sums known = sums.computeIfAbsent(pair, p -> new Sums());
    known.answers++;
    for (int step = 0; step < Math.min(answer.length, shadow.length); step++) {
      if (!Double.isFinite(answer[step]) || !Double.isFinite(shadow[step])) {
        known.notComparable +=
            Double.isFinite(answer[step]) == Double.isFinite(shadow[step]) ? 0 : 1;
        continue;
      }
      double difference = shadow[step] - answer[step];
      known.steps++;
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
                known.difference / Math.max(1, known.steps),
                known.absolute / Math.max(1, known.steps),
                Math.sqrt(known.squared / Math.max(1, known.steps)),
                known.greatest,
                known.notComparable));
      }
    });
    found.sort(Comparator.comparing(Difference::answered));
    return found;
  }
}
