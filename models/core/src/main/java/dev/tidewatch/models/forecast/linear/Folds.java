package dev.tidewatch.models.forecast.linear;

import java.util.ArrayList;
import java.util.List;

/**
 * Rolling origins near the end of a history, in groups that share a fit: what forecasts a group's
 * origins was fitted on values before the first of them only. Where there are enough seasons no
 * longer than the horizon, origins are whole seasons before the end of the history, as those of a
 * schedule are.
 *
 * @param cut windows that end before it are fitted on
 * @param origins offsets of first steps, from the cut on
 */
record Folds(int cut, List<Integer> origins) {
  private static final int GROUPS = 4;
  private static final int ORIGINS = 16;

  /**
   * Seasons that a group has to span for origins to be whole seasons apart; else a few are spread.
   */
  private static final int SEASONS_MIN = 4;

  private static final int ORIGINS_FEW = 6;

  /** Share of a history that the origins of one group span. */
  private static final int SPAN_SHARE = 20;

  /** Of at least one origin; ordered from the newest group to the oldest. */
  static List<Folds> rolling(int size, int horizon, int season) {
    int wanted = Math.max(Math.ceilDiv(horizon, 2), size / SPAN_SHARE);
    boolean wholeSeasons = season <= horizon && wanted / season >= SEASONS_MIN;
    int step = wholeSeasons ? season : Math.max(1, wanted / ORIGINS_FEW);
    int span = Math.ceilDiv(wanted, step) * step;
    var groups = new ArrayList<Folds>();
    for (int group = 0; group < GROUPS; group++) {
      int newest = size - horizon - group * span;
      List<Integer> origins = origins(newest, span, step);
      int cut = origins.getLast();
      if (cut < 2) {
        break;
      }
      groups.add(new Folds(cut, origins));
    }
    return groups;
  }

  /** Backwards from the newest, whole steps apart. */
  private static List<Integer> origins(int newest, int span, int step) {
    int stride = Math.ceilDiv(Math.max(1, span / ORIGINS), step) * step;
    var origins = new ArrayList<Integer>();
    for (int at = newest; at > newest - span && origins.size() < ORIGINS; at -= stride) {
      origins.add(at);
    }
    return origins;
  }
}
