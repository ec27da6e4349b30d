package dev.tidewatch.models.forecast.linear;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * The candidates of a history: what its length, its seasons and its signs allow.
 *
 * @param lookbacks in steps, ascending
 * @param scales that its values admit
 */
record CandidateGrid(List<Integer> lookbacks, List<Scale> scales) {
  static final double[] PENALTIES = {0.001, 0.01, 0.03, 0.1, 0.3, 1};
  static final double[] PHASE_PENALTIES = {0.01, 0.03, 0.1, 0.3};

  /** Penalty of the common weights that those of phases are drawn to. */
  static final double PHASE_BASE_PENALTY = 0.01;

  /** Rows that a regression needs for each lag. */
  private static final int ROWS_PER_LAG_MIN = 2;

  /** Rows per lag from which on each step has a mean of its own. */
  private static final int ROWS_PER_LAG_INTERCEPT = 8;

  /** Rows of each phase from which on weights of its own are worth trying. */
  private static final int ROWS_PER_PHASE_MIN = 60;

  private static final int LOOKBACK_MAX = 1_024;
  private static final int PHASE_WEIGHTS_MAX = 1_000_000;
  private static final int ANCHOR_SHORT = 4;

  static CandidateGrid of(int fitted, int horizon, List<Integer> seasons, List<Scale> scales) {
    var lengths = new TreeSet<Integer>();
    int shortest = seasons.isEmpty() ? Integer.MAX_VALUE : seasons.getFirst();
    if (horizon < shortest) {
      lengths.add(ANCHOR_SHORT);
      lengths.add(Math.max(ANCHOR_SHORT, horizon));
      lengths.add(2 * horizon);
    }
    for (int season : seasons) {
      lengths.add(season);
      lengths.add(season + Math.min(horizon, season));
      lengths.add(2 * season);
    }
    if (!seasons.isEmpty()) {
      lengths.add(3 * seasons.getLast());
    }
    var lookbacks = new ArrayList<Integer>();
    for (int length : lengths) {
      int rows = rows(fitted, length, horizon);
      if (length <= LOOKBACK_MAX && rows >= ROWS_PER_LAG_MIN * length) {
        lookbacks.add(length);
      }
    }
    return new CandidateGrid(lookbacks, scales);
  }

  private static int rows(int fitted, int lookback, int horizon) {
    return fitted - lookback - horizon + 1;
  }

  /** Shapes on one scale. */
  static List<Candidate.Shape> shapes(
      Scale scale, int lookback, int fitted, int horizon, List<Integer> seasons) {
    var anchors = new TreeSet<Integer>();
    anchors.add(1);
    boolean seasonal = false;
    for (int season : seasons) {
      if (season <= lookback && season <= horizon) {
        anchors.add(season);
        seasonal = true;
        break;
      }
    }
    if (!seasonal) {
      anchors.add(Math.min(ANCHOR_SHORT, lookback));
      anchors.add(Math.min(horizon, lookback));
    }
    var shapes = new ArrayList<Candidate.Shape>();
    for (int anchor : anchors) {
      boolean intercept = rows(fitted, lookback, horizon) >= ROWS_PER_LAG_INTERCEPT * lookback;
      shapes.add(new Candidate.Shape(scale, lookback, anchor, intercept));
    }
    return shapes;
  }

  /** Lookback of weights for each phase, or 0 if there is too little for them. */
  int phaseLookback(int fitted, int horizon, List<Integer> seasons) {
    if (seasons.isEmpty() || horizon < seasons.getFirst()) {
      return 0;
    }
    int season = seasons.getFirst();
    for (int i = seasons.size() - 1; i >= 0; i--) {
      int lookback = seasons.get(i);
      if (lookbacks.contains(lookback)
          && rows(fitted, lookback, horizon) >= ROWS_PER_PHASE_MIN * season
          && (long) season * lookback * horizon <= PHASE_WEIGHTS_MAX) {
        return lookback;
      }
    }
    return 0;
  }
}
