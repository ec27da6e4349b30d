package dev.tidewatch.models.detection.seasonal;

import dev.tidewatch.models.detection.AlarmLatch;
import dev.tidewatch.models.detection.Cause;
import dev.tidewatch.models.detection.Detector;
import dev.tidewatch.models.detection.Severity;
import dev.tidewatch.models.detection.StateReader;
import dev.tidewatch.models.detection.StateWriter;
import dev.tidewatch.models.detection.Verdict;
import dev.tidewatch.models.forecast.smoothing.Stl;
import dev.tidewatch.models.forecast.smoothing.StlSettings;
import dev.tidewatch.timeseries.RobustStatistics;
import java.util.Arrays;

/** See {@link SeasonalResidualFamily}. Not thread-safe. */
final class SeasonalResidualDetector implements Detector {
  private static final char KIND = 'R';
  private static final int VERSION = 1;

  /** Larger readings count as this, so that means and squares stay finite as floats. */
  private static final double READING_MAX = 1e30;

  /** Fewer known intervals are not taken apart. */
  private static final int KNOWN_MIN = 12;

  /** Of the newest cycle in the spread. */
  private static final double SURPRISE_SHARE = 0.3;

  private static final double MEAN_DEVIATION_TO_SIGMA = 1.2533141373155003;

  private final SeasonalResidualFamily.Settings settings;
  private final AlarmLatch latch;

  /** Means of intervals by index modulo length, in float precision; NaN where missing. */
  private final float[] means;

  /** Expected distance from the trend by index modulo season. */
  private final float[] season;

  private double trend = Double.NaN;

  /** Robust standard deviation of readings around what was expected of them; NaN at first. */
  private double spread = Double.NaN;

  /** The same of whole cycles, before they were learnt from; NaN at first. */
  private double surprise = Double.NaN;

  private long newestMicros = Long.MIN_VALUE;

  /** First interval ever seen. */
  private long firstIndex;

  /** Interval that is still open. */
  private long openIndex;

  private double openSum;
  private long openCount;

  /** Interval at which the series is taken apart the next time. */
  private long nextIndex;

  SeasonalResidualDetector(SeasonalResidualFamily.Settings settings) {
    this.settings = settings;
    this.latch = new AlarmLatch(quietMicros());
    this.means = new float[settings.steps()];
    this.season = new float[settings.season()];
    Arrays.fill(means, Float.NaN);
  }

  SeasonalResidualDetector(SeasonalResidualFamily.Settings settings, byte[] state) {
    var in = new StateReader(state, KIND, VERSION);
    this.settings = settings;
    newestMicros = in.getLong();
    latch = new AlarmLatch(quietMicros(), in);
    trend = in.getDouble();
    spread = in.getDouble();
    surprise = in.getDouble();
    firstIndex = in.getLong();
    openIndex = in.getLong();
    openSum = in.getDouble();
    openCount = in.getLong();
    nextIndex = in.getLong();
    means = floats(in, settings.steps());
    season = floats(in, settings.season());
    in.requireEnd();
  }

  private static float[] floats(StateReader in, int count) {
    var values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = in.getFloat();
    }
    return values;
  }

  static int stateBytesMax(SeasonalResidualFamily.Settings settings) {
    return 130 + (settings.steps() + settings.season()) * Float.BYTES;
  }

  @Override
  public byte[] save() {
    var out = new StateWriter(KIND, VERSION).putLong(newestMicros);
    latch.save(out);
    out.putDouble(trend)
        .putDouble(spread)
        .putDouble(surprise)
        .putLong(firstIndex)
        .putLong(openIndex);
    out.putDouble(openSum).putLong(openCount).putLong(nextIndex);
    for (float value : means) {
      out.putFloat(value);
    }
    for (float value : season) {
      out.putFloat(value);
    }
    return out.toBytes();
  }

  /** A sixteenth of a season between anomalies. */
  private long quietMicros() {
    return settings.grid().stepMicros() * Math.max(1, settings.season() / 16);
  }

  @Override
  public long newestMicros() {
    return newestMicros;
  }

  @Override
  public Verdict score(long timeMicros, double reading) {
    double value = Detector.bounded(reading, READING_MAX);
    long index = settings.grid().indexAt(timeMicros);
    boolean isNew = timeMicros > newestMicros;
    if (isNew) {
      moveTo(index);
    }
    Verdict verdict = verdict(timeMicros, index, value, isNew);
    if (isNew) {
      newestMicros = timeMicros;
      openSum += value;
      openCount++;
    }
    return verdict;
  }

  private Verdict verdict(long timeMicros, long index, double value, boolean isNew) {
    if (Double.isNaN(spread)) {
      return Verdict.learning(value);
    }
    double expected = trend + season[Math.floorMod(index, season.length)];
    double distance = Math.abs(value - expected);
    // What floats cannot tell apart is no distance.
    double ratio = distance <= 1e-6 * Math.abs(expected) ? 0 : distance / spread;
    double score = Math.min(ratio, Verdict.SCORE_MAX);
    boolean high = score >= settings.threshold();
    double reach = settings.threshold() * spread;
    return new Verdict(
        score,
        Severity.ofScore(score),
        expected,
        expected - reach,
        expected + reach,
        high ? Cause.DEVIATION : Cause.NONE,
        isNew && latch.opens(timeMicros, high));
  }

  /** Closes the open interval if the reading is in a later one. */
  private void moveTo(long index) {
    if (newestMicros == Long.MIN_VALUE) {
      firstIndex = index;
      openIndex = index;
      nextIndex = index + 2L * season.length;
      return;
    }
    if (index == openIndex) {
      return;
    }
    means[Math.floorMod(openIndex, means.length)] = (float) (openSum / openCount);
    for (long i = Math.max(openIndex + 1, index - means.length); i < index; i++) {
      means[Math.floorMod(i, means.length)] = Float.NaN;
    }
    openIndex = index;
    openSum = 0;
    openCount = 0;
    if (index >= nextIndex) {
      takeApart();
      nextIndex = index + season.length;
    }
  }

  private void takeApart() {
    long from = Math.max(firstIndex, openIndex - means.length);
    int count = (int) (openIndex - from);
    var known = new double[count];
    int knownCount = 0;
    int firstKnown = -1;
    for (int i = 0; i < count; i++) {
      known[i] = means[Math.floorMod(from + i, means.length)];
      if (!Double.isNaN(known[i])) {
        knownCount++;
        firstKnown = firstKnown < 0 ? i : firstKnown;
      }
    }
    if (knownCount < KNOWN_MIN || count - firstKnown < 2 * season.length) {
      return;
    }
    known = Arrays.copyOfRange(known, firstKnown, count);
    from += firstKnown;
    boolean first = Double.isNaN(trend);
    if (!first) {
      learnSurprise(known, from);
    }
    Stl.Decomposition parts =
        Stl.decompose(joined(known), StlSettings.periodic(season.length, known.length).robust());
    double[] seasonal = parts.seasonal();
    double[] trends = parts.trend();
    var distances = new double[knownCount];
    int place = 0;
    for (int i = 0; i < known.length; i++) {
      if (!Double.isNaN(known[i])) {
        distances[place++] = Math.abs(known[i] - seasonal[i] - trends[i]);
      }
    }
    for (int i = known.length - season.length; i < known.length; i++) {
      season[Math.floorMod(from + i, season.length)] = (float) seasonal[i];
    }
    trend = trends[known.length - 1];
    if (!first) {
      double cycles = known.length / (double) season.length;
      double unseen = Math.sqrt((cycles + 1) / (cycles - 1));
      spread = Math.max(unseen * robustDeviation(distances), surprise);
    }
  }

  /** Takes note of how far the newest cycle was from what had been expected of it. */
  private void learnSurprise(double[] known, long from) {
    var distances = new double[season.length];
    int count = 0;
    for (int i = known.length - season.length; i < known.length; i++) {
      if (!Double.isNaN(known[i])) {
        double expected = trend + season[Math.floorMod(from + i, season.length)];
        distances[count++] = Math.abs(known[i] - expected);
      }
    }
    if (count > 0) {
      double newest = robustDeviation(Arrays.copyOf(distances, count));
      surprise = Double.isNaN(surprise) ? newest : surprise + SURPRISE_SHARE * (newest - surprise);
    }
  }

  private static double robustDeviation(double[] distances) {
    double median = RobustStatistics.median(distances);
    return median > 0
        ? RobustStatistics.MAD_TO_SIGMA * median
        : MEAN_DEVIATION_TO_SIGMA * Arrays.stream(distances).average().orElse(0);
  }

  /** Straight lines over gaps; the newest value at the end. The first is known. */
  private static double[] joined(double[] values) {
    double[] out = values.clone();
    int known = 0;
    for (int i = 1; i < out.length; i++) {
      if (!Double.isNaN(out[i])) {
        for (int gap = known + 1; gap < i; gap++) {
          out[gap] = out[known] + (out[i] - out[known]) * (gap - known) / (i - known);
        }
        known = i;
      }
    }
    Arrays.fill(out, known, out.length, out[known]);
    return out;
  }
}
