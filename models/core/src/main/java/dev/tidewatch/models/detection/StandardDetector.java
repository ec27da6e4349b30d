package dev.tidewatch.models.detection;

import dev.tidewatch.timeseries.DoubleRing;
import dev.tidewatch.timeseries.Times;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The textbook definitions. Z-score: |value - mean| / standard deviation over all readings before
 * it (Welford 1962). Moving average: the same over the newest {@code window} readings. Sample
 * standard deviation, n - 1. No seasons, no robustness; a constant past makes every other value
 * score {@link Verdict#SCORE_MAX}.
 */
final class StandardDetector implements Detector {
  private static final char KIND = 'S';
  private static final int VERSION = 1;
  private static final int READINGS_MIN = 5;
  private static final long QUIET_MICROS = Times.MICROS_PER_HOUR;

  private final DetectorSettings settings;

  /** Newest readings of the moving average; null for the z-score over everything. */
  private final @Nullable DoubleRing window;

  private final AlarmLatch latch;
  private long newestMicros = Long.MIN_VALUE;
  private long count;
  private double mean;
  private double squares;

  StandardDetector(DetectorSettings settings, boolean moving) {
    this.settings = settings;
    this.window = moving ? new DoubleRing(settings.window()) : null;
    this.latch = new AlarmLatch(QUIET_MICROS);
  }

  StandardDetector(DetectorSettings settings, boolean moving, byte[] state) {
    var in = new StateReader(state, KIND, VERSION);
    this.settings = settings;
    newestMicros = in.getLong();
    count = in.getLong();
    mean = in.getDouble();
    squares = in.getDouble();
    latch = new AlarmLatch(QUIET_MICROS, in);
    int size = in.getInt();
    if (size != (moving ? Math.min(count, settings.window()) : 0)) {
      throw StateReader.damaged("its window has %d readings".formatted(size));
    }
    window = moving ? new DoubleRing(settings.window()) : null;
    for (int i = 0; i < size && window != null; i++) {
      window.push(in.getDouble());
    }
    in.requireEnd();
  }

  @Override
  public byte[] save() {
    var out =
        new StateWriter(KIND, VERSION)
            .putLong(newestMicros)
            .putLong(count)
            .putDouble(mean)
            .putDouble(squares);
    latch.save(out);
    out.putLong(window == null ? 0 : window.size());
    if (window != null) {
      for (double value : window.toArray()) {
        out.putDouble(value);
      }
    }
    return out.toBytes();
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
    long known = window == null ? count : window.size();
    if (known < READINGS_MIN) {
      return Verdict.learning(value);
    }
    double deviation = Math.sqrt(squares / (known - 1));
    double distance = Math.abs(value - mean);
    double score = distance == 0 ? 0 : Math.min(distance / deviation, Verdict.SCORE_MAX);
    boolean high = score >= settings.threshold();
    return new Verdict(
        score,
        Severity.ofScore(score),
        mean,
        mean - settings.threshold() * deviation,
        mean + settings.threshold() * deviation,
        score >= Math.min(3, settings.threshold()) ? Cause.DEVIATION : Cause.NONE,
        isNew && latch.opens(timeMicros, high));
  }

  private void learn(double value) {
    count++;
    double oldest = window == null ? Double.NaN : window.push(value);
    double meanBefore = mean;
    if (window == null || Double.isNaN(oldest)) {
      long known = window == null ? count : window.size();
      mean += (value - mean) / known;
      squares += (value - meanBefore) * (value - mean);
    } else if (count % window.capacity() != 0) {
      mean += (value - oldest) / window.capacity();
      squares = Math.max(0, squares + (value - oldest) * (value - mean + oldest - meanBefore));
    } else {
      recompute(window.toArray());
    }
  }

  /** Once per window, so that rounding errors of the running sums do not pile up. */
  private void recompute(double[] values) {
    mean = Arrays.stream(values).sum() / values.length;
    squares = Arrays.stream(values).map(value -> (value - mean) * (value - mean)).sum();
  }
}
