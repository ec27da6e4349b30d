package dev.tidewatch.benchmarks.accuracy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Day-ahead scores over the last 60 days of hourly series: MASE (scale: mean change from one day to
 * the next before those days), CV(RMSE), coverage of the 90 % intervals, and their mean interval
 * score (Gneiting and Raftery 2007) in units of that scale. Means over series.
 */
final class EnergyScores {
  static final int HORIZON = 24;

  private static final int TEST_ROWS = 60 * HORIZON;

  /** Test rows, as many before them to calibrate seasonal naive, and two days to begin with. */
  static final int ROWS_MIN = 2 * TEST_ROWS + 2 * HORIZON;

  private static final double MISS_WEIGHT = 20;
  private static final double LEVEL = 0.9;

  private final List<Series> all = new ArrayList<>();

  /** Rows that are multiples of a day within the last 60 days, a whole day before the end. */
  static List<Integer> origins(int rows) {
    var origins = new ArrayList<Integer>();
    for (int at = 0; at + HORIZON <= rows; at += HORIZON) {
      if (at >= rows - TEST_ROWS) {
        origins.add(at);
      }
    }
    return origins;
  }

  /** Begins one series. */
  Series series(double[] values) {
    var series = new Series(values);
    all.add(series);
    return series;
  }

  /** Sums over the scored rows of one series. */
  static final class Series {
    private final double[] values;
    private final double scale;
    private double absolutes;
    private double squares;
    private double sum;
    private double intervals;
    private int covered;
    private int count;

    private Series(double[] values) {
      this.values = values;
      int end = values.length - TEST_ROWS;
      double changes = 0;
      for (int t = HORIZON; t < end; t++) {
        changes += Math.abs(values[t] - values[t - HORIZON]);
      }
      this.scale = changes / (end - HORIZON);
    }

    void add(int row, double mean, double low, double high) {
      double actual = values[row];
      double error = actual - mean;
      absolutes += Math.abs(error);
      squares += error * error;
      sum += actual;
      covered += actual >= low && actual <= high ? 1 : 0;
      intervals +=
          high
              - low
              + MISS_WEIGHT * Math.max(low - actual, 0)
              + MISS_WEIGHT * Math.max(actual - high, 0);
      count++;
    }
  }

  /**
   * The value of a day before, with a split-conformal interval per step from the 60 days before the
   * scored ones.
   */
  static void seasonalNaive(double[] values, Series scores) {
    int n = values.length;
    var widths = new double[HORIZON];
    for (int step = 0; step < HORIZON; step++) {
      var errors = new ArrayList<Double>();
      for (int at = 0; at < n - TEST_ROWS; at += HORIZON) {
        if (at >= n - 2 * TEST_ROWS && at >= HORIZON) {
          errors.add(Math.abs(values[at + step] - values[at + step - HORIZON]));
        }
      }
      double[] sorted = errors.stream().mapToDouble(Double::doubleValue).sorted().toArray();
      int rank = (int) Math.ceil((sorted.length + 1) * LEVEL) - 1;
      widths[step] = sorted[Math.min(sorted.length - 1, rank)];
    }
    for (int origin : origins(n)) {
      for (int step = 0; step < HORIZON; step++) {
        double mean = values[origin + step - HORIZON];
        scores.add(origin + step, mean, mean - widths[step], mean + widths[step]);
      }
    }
  }

  double mase() {
    return mean(all.stream().mapToDouble(s -> s.absolutes / s.count / s.scale).toArray());
  }

  double cvRmsePercent() {
    return mean(
        all.stream()
            .mapToDouble(s -> 100 * Math.sqrt(s.squares / s.count) / (s.sum / s.count))
            .toArray());
  }

  double coverage() {
    return mean(all.stream().mapToDouble(s -> (double) s.covered / s.count).toArray());
  }

  double intervalScore() {
    return mean(all.stream().mapToDouble(s -> s.intervals / s.count / s.scale).toArray());
  }

  private static double mean(double[] numbers) {
    return Arrays.stream(numbers).average().orElse(Double.NaN);
  }

  List<String> row(String model) {
    return List.of(
        model,
        Integer.toString(all.size()),
        "%.3f".formatted(mase()),
        "%.1f".formatted(cvRmsePercent()),
        "%.3f".formatted(coverage()),
        "%.3f".formatted(intervalScore()));
  }
}
