package dev.tidewatch.inference.forecast;

import dev.tidewatch.models.bundle.BundleManifest;
import dev.tidewatch.timeseries.Grid;
import java.util.ArrayList;
import java.util.List;

/**
 * The inputs of any model as people speak of them: the newest values one by one, older ones by
 * stretches that end with a day, a week and so on, each covariate as a whole.
 */
final class InputGroups {
  private static final int SINGLE_LAGS = 3;

  private InputGroups() {}

  /**
   * Values of one role's window; lag 1 is the newest.
   *
   * @param name such as {@code lag_1}, {@code lags_4_24}, {@code temperature}
   */
  record Group(String name, int role, int fromLag, int toLag) {}

  static List<Group> of(BundleManifest manifest) {
    int intervals = Math.max(1, manifest.historyIntervals());
    var groups = new ArrayList<Group>();
    int from = 1;
    for (int end : ends(manifest.grid(), intervals)) {
      String name = from == end ? "lag_%d".formatted(end) : "lags_%d_%d".formatted(from, end);
      groups.add(new Group(name, 0, from, end));
      from = end + 1;
    }
    for (int role = 1; role < manifest.roles().size(); role++) {
      groups.add(new Group(manifest.roles().get(role).name(), role, 1, intervals));
    }
    return groups;
  }

  private static List<Integer> ends(Grid grid, int intervals) {
    var ends = new ArrayList<Integer>();
    for (int lag = 1; lag <= Math.min(SINGLE_LAGS, intervals); lag++) {
      ends.add(lag);
    }
    int day = grid.stepsPerDay() > 1 ? grid.stepsPerDay() : 7;
    for (long end : new long[] {day / 4, day, 2L * day, 7L * day, 14L * day, 28L * day}) {
      if (end > ends.getLast() && end < intervals) {
        ends.add((int) end);
      }
    }
    if (ends.getLast() < intervals) {
      ends.add(intervals);
    }
    return ends;
  }
}
