package dev.tidewatch.benchmarks.accuracy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Score of the Numenta Anomaly Benchmark (Lavin and Ahmad 2015, "Evaluating Real-time Anomaly
 * Detection Algorithms", section III): a labelled window earns by its earliest detection, a
 * detection outside costs by its distance from the window before it, sigmoidally; 0 is no detection
 * at all, 100 is all windows detected at once and nothing else.
 */
final class NabScorer {
  private static final double PROBATION_SHARE = 0.15;
  private static final double PROBATION_ROWS_MAX = 0.15 * 5_000;
  private static final double TRUE_POSITIVE_MAX = sigmoid(-1);

  /** What a hit, a false detection and a missed window weigh. */
  enum Profile {
    STANDARD(1, 0.11, 1),
    REWARD_LOW_FP_RATE(1, 0.22, 1),
    REWARD_LOW_FN_RATE(1, 0.11, 2);

    private final double hit;
    private final double falseDetection;
    private final double miss;

    Profile(double hit, double falseDetection, double miss) {
      this.hit = hit;
      this.falseDetection = falseDetection;
      this.miss = miss;
    }
  }

  /**
   * A labelled window of one file.
   *
   * @param first row, from 0
   * @param last row, inclusive
   */
  record Window(int first, int last) {
    Window {
      if (first < 0 || last < first) {
        throw new IllegalArgumentException("window of rows %d to %d".formatted(first, last));
      }
    }
  }

  /**
   * Score and the threshold that gives it.
   *
   * @param score 100 at best; NaN if no window is labelled
   * @param threshold lowest score that counts as a detection; infinite for none
   * @param windowsHit of {@code windows}
   * @param falseRows rows outside windows at or above the threshold
   */
  record Outcome(double score, double threshold, int windowsHit, int windows, int falseRows) {}

  /** One row that counts: window is -1 outside of windows. */
  private record Row(double score, int file, int window, double value) {}

  private final List<List<Row>> files = new ArrayList<>();
  private int windows;
  private int scorableWindows;

  /**
   * Adds a file.
   *
   * @param scores of all rows, in order
   * @param labelled windows, in order of time and not overlapping
   */
  void add(double[] scores, List<Window> labelled) {
    int n = scores.length;
    double probation = Math.min(Math.floor(PROBATION_SHARE * n), PROBATION_ROWS_MAX);
    var rows = new ArrayList<Row>();
    int next = 0;
    Window previous = null;
    int idBase = scorableWindows;
    for (int i = 0; i < n; i++) {
      while (next < labelled.size() && labelled.get(next).last() < i) {
        previous = labelled.get(next++);
      }
      Window window =
          next < labelled.size() && labelled.get(next).first() <= i ? labelled.get(next) : null;
      if (i < probation) {
        continue;
      }
      if (window != null) {
        double width = window.last() - window.first() + 1;
        double value = sigmoid(-(window.last() - i + 1) / width) / TRUE_POSITIVE_MAX;
        rows.add(new Row(scores[i], files.size(), idBase + next, value));
      } else if (previous == null) {
        rows.add(new Row(scores[i], files.size(), -1, -1));
      } else {
        double width = Math.max(1, previous.last() - previous.first());
        rows.add(new Row(scores[i], files.size(), -1, sigmoid((i - previous.last()) / width)));
      }
    }
    windows += labelled.size();
    scorableWindows += labelled.size();
    files.add(rows);
  }

  private static double sigmoid(double x) {
    return x > 3 ? -1 : 2 / (1 + Math.exp(5 * x)) - 1;
  }

  /** With the threshold that scores best over all files; the highest one if several do. */
  Outcome best(Profile profile) {
    List<Row> rows = sorted(files);
    return at(profile, rows, bestThreshold(profile, rows));
  }

  /** With a given threshold. */
  Outcome at(Profile profile, double threshold) {
    return at(profile, sorted(files), threshold);
  }

  /** With each file's threshold chosen as the best one over the other files. */
  double crossFile(Profile profile) {
    double raw = 0;
    for (int file = 0; file < files.size(); file++) {
      var others = new ArrayList<>(files);
      others.remove(file);
      double threshold = bestThreshold(profile, sorted(others));
      raw += raw(profile, files.get(file), threshold);
    }
    return normalised(profile, raw, windowsSeen(sorted(files)));
  }

  private static List<Row> sorted(Collection<List<Row>> files) {
    return files.stream()
        .flatMap(List::stream)
        .sorted(Comparator.comparingDouble((Row row) -> row.score()).reversed())
        .toList();
  }

  private double normalised(Profile profile, double raw, int seen) {
    double none = -profile.miss * seen;
    return 100 * (raw - none) / (profile.hit * windows - none);
  }

  private static int windowsSeen(List<Row> rows) {
    return (int)
        rows.stream().filter(row -> row.window >= 0).mapToInt(Row::window).distinct().count();
  }

  private double bestThreshold(Profile profile, List<Row> descending) {
    var earned = new double[scorableWindows];
    Arrays.fill(earned, -profile.miss);
    double total = 0;
    double top = 0;
    double threshold = Double.POSITIVE_INFINITY;
    for (int i = 0; i < descending.size(); ) {
      double score = descending.get(i).score;
      for (; i < descending.size() && descending.get(i).score == score; i++) {
        Row row = descending.get(i);
        if (row.window < 0) {
          total += profile.falseDetection * row.value;
        } else if (profile.hit * row.value > earned[row.window]) {
          total += profile.hit * row.value - earned[row.window];
          earned[row.window] = profile.hit * row.value;
        }
      }
      if (total > top + 1e-12) {
        top = total;
        threshold = score;
      }
    }
    return threshold;
  }

  private double raw(Profile profile, List<Row> rows, double threshold) {
    var earned = new double[scorableWindows];
    Arrays.fill(earned, Double.NaN);
    double raw = 0;
    for (Row row : rows) {
      boolean detected = row.score >= threshold;
      if (row.window < 0) {
        raw += detected ? profile.falseDetection * row.value : 0;
        continue;
      }
      double value = detected ? profile.hit * row.value : -profile.miss;
      earned[row.window] =
          Double.isNaN(earned[row.window]) ? value : Math.max(earned[row.window], value);
    }
    return raw + Arrays.stream(earned).filter(value -> !Double.isNaN(value)).sum();
  }

  private Outcome at(Profile profile, List<Row> rows, double threshold) {
    var hit = new boolean[scorableWindows];
    int falseRows = 0;
    for (Row row : rows) {
      if (row.score < threshold) {
        continue;
      }
      if (row.window >= 0) {
        hit[row.window] = true;
      } else {
        falseRows++;
      }
    }
    int hits = 0;
    for (boolean windowHit : hit) {
      hits += windowHit ? 1 : 0;
    }
    return new Outcome(
        normalised(profile, raw(profile, rows, threshold), windowsSeen(rows)),
        threshold,
        hits,
        windows,
        falseRows);
  }
}
