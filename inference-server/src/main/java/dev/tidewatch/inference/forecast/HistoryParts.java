package dev.tidewatch.inference.forecast;

import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.GridWindow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A history as level, straight trend, seasons and the rest, by the classical additive
 * decomposition: the mean, least squares, then means by phase of what is left, the shortest season
 * first. Missing values stay missing in each part. Stateless.
 */
final class HistoryParts {
  private HistoryParts() {}

  /**
   * One part of a history.
   *
   * @param values one per interval; together the parts are the history
   */
  record Part(String name, GridWindow values) {}

  static List<Part> of(GridWindow history) {
    double[] left = history.values();
    var parts = new ArrayList<Part>();
    double[] mean = new double[left.length];
    Arrays.fill(mean, mean(left));
    parts.add(taken("level", mean, left, history));
    parts.add(taken("trend", line(left), left, history));
    for (int season : seasons(history.grid(), left.length)) {
      parts.add(
          taken("season_" + season, phases(left, history.firstIndex(), season), left, history));
    }
    parts.add(new Part("lags", like(history, left)));
    return parts;
  }

  private static List<Integer> seasons(Grid grid, int length) {
    int day = grid.stepsPerDay();
    var seasons = new ArrayList<Integer>();
    for (int season : day > 1 ? new int[] {day, 7 * day} : new int[] {day == 1 ? 7 : 0}) {
      if (season > 1 && length >= 2 * season) {
        seasons.add(season);
      }
    }
    return seasons;
  }

  private static Part taken(String name, double[] part, double[] left, GridWindow history) {
    for (int i = 0; i < left.length; i++) {
      if (Double.isNaN(left[i])) {
        part[i] = Double.NaN;
      } else {
        left[i] -= part[i];
      }
    }
    return new Part(name, like(history, part));
  }

  private static GridWindow like(GridWindow history, double[] values) {
    return GridWindow.of(history.grid(), history.firstIndex(), values);
  }

  private static double mean(double[] values) {
    double sum = 0;
    int count = 0;
    for (double value : values) {
      if (!Double.isNaN(value)) {
        sum += value;
        count++;
      }
    }
    return count == 0 ? 0 : sum / count;
  }

  private static double[] line(double[] values) {
    double middle = 0;
    int count = 0;
    for (int i = 0; i < values.length; i++) {
      if (!Double.isNaN(values[i])) {
        middle += i;
        count++;
      }
    }
    middle = count == 0 ? 0 : middle / count;
    double products = 0;
    double squares = 0;
    for (int i = 0; i < values.length; i++) {
      if (!Double.isNaN(values[i])) {
        products += (i - middle) * values[i];
        squares += (i - middle) * (i - middle);
      }
    }
    double slope = squares > 0 ? products / squares : 0;
    var line = new double[values.length];
    for (int i = 0; i < line.length; i++) {
      line[i] = slope * (i - middle);
    }
    return line;
  }

  private static double[] phases(double[] values, long firstIndex, int season) {
    var sums = new double[season];
    var counts = new int[season];
    for (int i = 0; i < values.length; i++) {
      if (!Double.isNaN(values[i])) {
        int phase = (int) Math.floorMod(firstIndex + i, (long) season);
        sums[phase] += values[i];
        counts[phase]++;
      }
    }
    var part = new double[values.length];
    for (int i = 0; i < part.length; i++) {
      int phase = (int) Math.floorMod(firstIndex + i, (long) season);
      part[i] = counts[phase] == 0 ? 0 : sums[phase] / counts[phase];
    }
    return part;
  }
}
