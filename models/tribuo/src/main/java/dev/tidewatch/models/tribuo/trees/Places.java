package dev.tidewatch.models.tribuo.trees;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;

/**
 * Where in the histories rows are taken: from an origin, so many intervals ahead. All of them where
 * that is few enough, else drawn by a seeded generator.
 */
final class Places {
  private static final int TRIES_PER_PLACE = 4;

  private Places() {}

  /**
   * One row to be.
   *
   * @param series position among the series
   * @param origin offset of the newest known interval
   * @param ahead intervals from there to the one that is forecast, at least 1
   */
  record Place(int series, int origin, int ahead) implements Comparable<Place> {
    int target() {
      return origin + ahead;
    }

    @Override
    public int compareTo(Place other) {
      int bySeries = Integer.compare(series, other.series);
      int byOrigin = Integer.compare(origin, other.origin);
      return bySeries != 0
          ? bySeries
          : byOrigin != 0 ? byOrigin : Integer.compare(ahead, other.ahead);
    }
  }

  /**
   * Part of a series.
   *
   * @param series position among the series
   * @param originMin offset of the first origin
   * @param from offset of the first interval that is forecast
   * @param to after the last
   */
  record Span(int series, int originMin, int from, int to) {}

  /**
   * @param aheadMin least distance from origin to target
   * @param aheadMax greatest
   * @param count most places wanted over all spans
   */
  static List<Place> in(List<Span> spans, int aheadMin, int aheadMax, int count, long seed) {
    long all = 0;
    for (Span span : spans) {
      all += (long) Math.max(0, span.to() - span.from()) * (aheadMax - aheadMin + 1);
    }
    var places = new TreeSet<Place>();
    var random = new SplittableRandom(seed);
    for (Span span : spans) {
      long own = (long) Math.max(0, span.to() - span.from()) * (aheadMax - aheadMin + 1);
      if (all <= count) {
        for (int target = span.from(); target < span.to(); target++) {
          for (int ahead = aheadMin; ahead <= aheadMax; ahead++) {
            add(places, span, target, ahead);
          }
        }
      } else if (own > 0) {
        long tries = TRIES_PER_PLACE * Math.ceilDiv(own * count, all);
        long wanted = places.size() + Math.ceilDiv(own * count, all);
        for (long i = 0; i < tries && places.size() < wanted; i++) {
          add(
              places,
              span,
              random.nextInt(span.from(), span.to()),
              random.nextInt(aheadMin, aheadMax + 1));
        }
      }
    }
    return new ArrayList<>(places);
  }

  private static void add(Set<Place> places, Span span, int target, int ahead) {
    if (target - ahead >= span.originMin()) {
      places.add(new Place(span.series(), target - ahead, ahead));
    }
  }
}
