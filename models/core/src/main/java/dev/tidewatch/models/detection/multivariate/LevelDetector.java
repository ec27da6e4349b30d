package dev.tidewatch.models.detection.multivariate;

import dev.tidewatch.models.detection.AlarmLatch;
import dev.tidewatch.models.detection.Severity;
import dev.tidewatch.models.detection.StateReader;
import dev.tidewatch.models.detection.StateWriter;
import dev.tidewatch.models.detection.Verdict;
import java.util.Arrays;

/** Mean of the last rows against local levels; see {@link LevelFamily}. Not thread-safe. */
final class LevelDetector implements MultivariateDetector {
  private static final char KIND = 'M';
  private static final int VERSION = 1;

  /** An input is off by at most so many standard deviations. */
  private static final double DEVIATION_MAX = 1e6;

  private final LevelFamily.Settings settings;
  private final LocalLevel[] levels;
  private final RowWindow rows;
  private final AlarmLatch latch;

  /** Row that the levels stand at. */
  private long levelIndex;

  LevelDetector(LevelFamily.Settings settings, LocalLevel[] levels, RowWindow rows) {
    this.settings = settings;
    this.levels = levels.clone();
    this.rows = rows;
    this.levelIndex = rows.newestIndex();
    this.latch = new AlarmLatch(settings.window());
  }

  LevelDetector(LevelFamily.Settings settings, int inputs, byte[] state) {
    var in = new StateReader(state, KIND, VERSION);
    this.settings = settings;
    this.levels = new LocalLevel[inputs];
    for (int i = 0; i < inputs; i++) {
      levels[i] = new LocalLevel(in.getDouble(), in.getDouble(), in.getDouble(), in.getDouble());
    }
    this.rows = new RowWindow(inputs, settings.window(), in);
    this.levelIndex = in.getLong();
    this.latch = new AlarmLatch(settings.window(), in);
    in.requireEnd();
  }

  static int stateBytesMax(int inputs, int window) {
    return 7 + inputs * 4 * Double.BYTES + RowWindow.stateBytesMax(inputs, window) + 20;
  }

  @Override
  public byte[] save() {
    var out = new StateWriter(KIND, VERSION);
    for (LocalLevel level : levels) {
      out.putDoubles(level.level(), level.variance(), level.drift(), level.noise());
    }
    rows.save(out);
    out.putLong(levelIndex);
    latch.save(out);
    return out.toBytes();
  }

  @Override
  public long newestIndex() {
    return rows.newestIndex();
  }

  @Override
  public MultivariateVerdict score(long index, double[] values) {
    rows.require(index, values);
    rows.add(index, values);
    var deviations = new double[levels.length];
    double squares = 0;
    int known = 0;
    for (int i = 0; i < levels.length; i++) {
      double deviation = deviation(i);
      if (!Double.isNaN(deviation)) {
        deviations[i] = deviation;
        squares += deviation * deviation;
        known++;
      }
    }
    double score =
        known == 0
            ? 0
            : Math.clamp(ChiSquare.deviate(squares / known, known), 0, Verdict.SCORE_MAX);
    boolean high = score >= settings.threshold();
    if (settings.reference() == LevelFamily.Reference.MOVING) {
      follow(score < settings.threshold() / 2);
    }
    return new MultivariateVerdict(
        score,
        Severity.ofScore(score),
        Arrays.stream(deviations).boxed().toList(),
        high,
        latch.opens(index, high));
  }

  /** NaN if the input has no value in the window. */
  private double deviation(int input) {
    double sum = 0;
    double ages = 0;
    int count = 0;
    for (int age = settings.window() - 1; age >= 0; age--) {
      double value = rows.value(input, age);
      if (!Double.isNaN(value)) {
        sum += value;
        ages += age;
        count++;
      }
    }
    if (count == 0) {
      return Double.NaN;
    }
    double steps = Math.max(0, rows.newestIndex() - ages / count - levelIndex) + 1;
    LocalLevel level = levels[input].after(steps);
    double distance = Math.abs(sum / count - level.level());
    double variance = level.variance() + level.noise() / count;
    return distance == 0 ? 0 : Math.min(distance / Math.sqrt(variance), DEVIATION_MAX);
  }

  /** Lets the levels take in the row that has just become older than the window. */
  private void follow(boolean calm) {
    int age = settings.window() - 1;
    while (levelIndex < rows.newestIndex() - age) {
      levelIndex++;
      boolean inWindow = levelIndex == rows.newestIndex() - age;
      for (int i = 0; i < levels.length; i++) {
        levels[i] = levels[i].next(calm && inWindow ? rows.value(i, age) : Double.NaN);
      }
    }
  }
}
