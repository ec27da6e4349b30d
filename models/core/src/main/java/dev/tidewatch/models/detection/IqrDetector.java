package dev.tidewatch.models.detection;

import dev.tidewatch.timeseries.DoubleRing;
import dev.tidewatch.timeseries.Times;
import java.util.Arrays;

/** Distance from the quartiles of the newest readings; see {@link IqrFamily}. Not thread-safe. */
final class IqrDetector implements Detector {
  static final int READINGS_MIN = 20;

  /** Of a normal series: quartile, and interquartile range, in standard deviations. */
  private static final double QUARTILE_SIGMAS = 0.6744897501960817;

  private static final double RANGE_SIGMAS = 2 * QUARTILE_SIGMAS;

  private static final char KIND = 'Q';
  private static final int VERSION = 1;
  private static final long QUIET_MICROS = Times.MICROS_PER_HOUR;

  private final IqrFamily.Settings settings;
  private final DoubleRing window;

  /** The window's readings, ascending; the first {@code window.size()} count. */
  private final double[] ascending;

  private final AlarmLatch latch;
  private long newestMicros = Long.MIN_VALUE;

  IqrDetector(IqrFamily.Settings settings) {
    this.settings = settings;
    this.window = new DoubleRing(settings.window());
    this.ascending = new double[settings.window()];
    this.latch = new AlarmLatch(QUIET_MICROS);
  }

  IqrDetector(IqrFamily.Settings settings, byte[] state) {
    var in = new StateReader(state, KIND, VERSION);
    this.settings = settings;
    this.newestMicros = in.getLong();
    this.latch = new AlarmLatch(QUIET_MICROS, in);
    this.window = new DoubleRing(settings.window());
    this.ascending = new double[settings.window()];
    int size = in.getInt();
    if (size < 0 || size > settings.window()) {
      throw StateReader.damaged("its window has %d readings".formatted(size));
    }
    for (double value : in.getDoubles(size)) {
      window.push(value);
    }
    System.arraycopy(window.toArray(), 0, ascending, 0, size);
    Arrays.sort(ascending, 0, size);
    in.requireEnd();
  }

  static int stateBytesMax(int window) {
    return 40 + window * Double.BYTES;
  }

  @Override
  public byte[] save() {
    var out = new StateWriter(KIND, VERSION).putLong(newestMicros);
    latch.save(out);
    return out.putLong(window.size()).putDoubles(window.toArray()).toBytes();
  }

  @Override
  public long newestMicros() {
    return newestMicros;
  }

  @Override
  public Verdict score(long timeMicros, double reading) {
    double value = SeasonalDetector.bounded(reading);
    boolean isNew = timeMicros > newestMicros;
    Verdict verdict = verdict(timeMicros, value, isNew);
    if (isNew) {
      newestMicros = timeMicros;
      learn(value);
    }
    return verdict;
  }

  private Verdict verdict(long timeMicros, double value, boolean isNew) {
    if (window.size() < READINGS_MIN) {
      return Verdict.learning(value);
    }
    double low = quantile(0.25);
    double middle = quantile(0.5);
    double high = quantile(0.75);
    double range = high - low;
    double beyond = Math.max(low - value, value - high);
    double score;
    if (beyond > 0) {
      score = Math.min(Verdict.SCORE_MAX, QUARTILE_SIGMAS + RANGE_SIGMAS * beyond / range);
    } else {
      double half = value < middle ? middle - low : high - middle;
      score = half == 0 ? 0 : QUARTILE_SIGMAS * Math.abs(value - middle) / half;
    }
    double reach = settings.fence() * range;
    boolean outside = value < low - reach || value > high + reach;
    return new Verdict(
        score,
        Severity.ofScore(score),
        middle,
        low - reach,
        high + reach,
        outside ? Cause.DEVIATION : Cause.NONE,
        isNew && latch.opens(timeMicros, outside));
  }

  /** Linear between order statistics (type 7 of Hyndman and Fan 1996). */
  private double quantile(double probability) {
    double place = probability * (window.size() - 1);
    int below = (int) place;
    int above = Math.min(below + 1, window.size() - 1);
    return ascending[below] + (place - below) * (ascending[above] - ascending[below]);
  }

  private void learn(double value) {
    int size = window.size();
    double oldest = window.push(value);
    if (!Double.isNaN(oldest)) {
      int place = Arrays.binarySearch(ascending, 0, size, oldest);
      System.arraycopy(ascending, place + 1, ascending, place, size - place - 1);
      size--;
    }
    int found = Arrays.binarySearch(ascending, 0, size, value);
    int place = found < 0 ? -found - 1 : found;
    System.arraycopy(ascending, place, ascending, place + 1, size - place);
    ascending[place] = value;
  }
}
