package dev.tidewatch.models.detection.features;

import dev.tidewatch.models.detection.AlarmLatch;
import dev.tidewatch.models.detection.Cause;
import dev.tidewatch.models.detection.Detector;
import dev.tidewatch.models.detection.Severity;
import dev.tidewatch.models.detection.StateReader;
import dev.tidewatch.models.detection.StateWriter;
import dev.tidewatch.models.detection.Verdict;
import dev.tidewatch.timeseries.Times;

/** See {@link FeatureDetectorFamily}. Not thread-safe. */
final class FeatureDetector implements Detector {
  private static final char KIND = 'F';
  private static final int VERSION = 1;
  private static final long QUIET_MICROS = 6 * Times.MICROS_PER_HOUR;

  private final FeatureDetectorFamily.Settings settings;
  private final ScorerTraining.Calibrated scorer;
  private final ReadingFeatures features;
  private final AlarmLatch latch;
  private long newestMicros = Long.MIN_VALUE;

  FeatureDetector(FeatureDetectorFamily.Settings settings, ScorerTraining.Calibrated scorer) {
    this.settings = settings;
    this.scorer = scorer;
    this.features = new ReadingFeatures(settings.window(), settings.zone());
    this.latch = new AlarmLatch(QUIET_MICROS);
  }

  FeatureDetector(
      FeatureDetectorFamily.Settings settings, ScorerTraining.Calibrated scorer, byte[] state) {
    var in = new StateReader(state, KIND, VERSION);
    this.settings = settings;
    this.scorer = scorer;
    this.newestMicros = in.getLong();
    this.latch = new AlarmLatch(QUIET_MICROS, in);
    this.features = new ReadingFeatures(settings.window(), settings.zone(), in);
    in.requireEnd();
  }

  static int stateBytesMax(int window) {
    return 27 + ReadingFeatures.stateBytesMax(window);
  }

  @Override
  public byte[] save() {
    var out = new StateWriter(KIND, VERSION).putLong(newestMicros);
    latch.save(out);
    features.save(out);
    return out.toBytes();
  }

  @Override
  public long newestMicros() {
    return newestMicros;
  }

  @Override
  public Verdict score(long timeMicros, double reading) {
    double value = ReadingFeatures.bounded(reading);
    boolean isNew = timeMicros > newestMicros;
    Verdict verdict = verdict(timeMicros, value, isNew);
    if (isNew) {
      newestMicros = timeMicros;
      features.learn(value);
    }
    return verdict;
  }

  private Verdict verdict(long timeMicros, double value, boolean isNew) {
    if (!features.isKnown()) {
      return Verdict.learning(value);
    }
    double sigmas = scorer.sigmas(features.of(timeMicros, value));
    double score = Math.min(sigmas, Verdict.SCORE_MAX);
    boolean high = score >= settings.threshold();
    double reach = settings.threshold() * features.sigma();
    return new Verdict(
        score,
        Severity.ofScore(score),
        features.level(),
        features.level() - reach,
        features.level() + reach,
        high ? Cause.DEVIATION : Cause.NONE,
        isNew && latch.opens(timeMicros, high));
  }
}
