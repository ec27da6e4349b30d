package dev.tidewatch.models.detection.rcf;

import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.detection.AlarmLatch;
import dev.tidewatch.models.detection.Cause;
import dev.tidewatch.models.detection.Detector;
import dev.tidewatch.models.detection.DetectorTraining;
import dev.tidewatch.models.detection.ReplayedFamily;
import dev.tidewatch.models.detection.Severity;
import dev.tidewatch.models.detection.StateReader;
import dev.tidewatch.models.detection.StateWriter;
import dev.tidewatch.models.detection.Verdict;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.timeseries.Times;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/**
 * Random cut forest over the newest readings of one series; each series has a forest of its own,
 * which learns from every reading. States are large (about 100 KB at the defaults).
 *
 * <p>Parameters:
 *
 * <ul>
 *   <li>{@code trees}: 5 to 200; default 30.
 *   <li>{@code sample}: readings that a tree keeps, 32 to 1,024; default 256.
 *   <li>{@code shingle}: newest readings looked at together, 1 to 64; default 8.
 *   <li>{@code threshold}: score that opens an anomaly; default 4.
 * </ul>
 */
public final class RandomCutForestFamily extends ReplayedFamily<Long> {
  public static final String ID = "random-cut-forest";

  private static final String SEED_FILE = "seed.bin";
  private static final char SEED_KIND = 'D';
  private static final int SEED_VERSION = 1;

  static final String TREES = "trees";
  static final String SAMPLE = "sample";
  static final String SHINGLE = "shingle";
  static final String THRESHOLD = "threshold";

  /** Settings of both forms. */
  record Settings(StreamingForest.Shape shape, double threshold) {
    static Settings of(Parameters parameters, int inputs, int defaultShingle) {
      parameters.requireKnown(Set.of(TREES, SAMPLE, SHINGLE, THRESHOLD));
      return new Settings(
          new StreamingForest.Shape(
              inputs,
              parameters.integer(TREES, 30, 5, 200),
              parameters.integer(SAMPLE, 256, 32, 1_024),
              parameters.integer(SHINGLE, defaultShingle, 1, 64)),
          parameters.number(THRESHOLD, 4, 0.5, Verdict.SCORE_MAX));
    }

    Parameters toParameters() {
      return Parameters.of(
          Map.of(
              TREES,
              Integer.toString(shape.trees()),
              SAMPLE,
              Integer.toString(shape.sample()),
              SHINGLE,
              Integer.toString(shape.shingle()),
              THRESHOLD,
              Double.toString(threshold)));
    }
  }

  @Override
  public String id() {
    return ID;
  }

  /** The seed of all forests. */
  @Override
  protected Long learn(DetectorTraining training) {
    return training.provenance().seed();
  }

  @Override
  protected Map<String, byte[]> save(Long seed) {
    return Map.of(SEED_FILE, new StateWriter(SEED_KIND, SEED_VERSION).putLong(seed).toBytes());
  }

  @Override
  protected Long read(Bundle bundle) {
    return new StateReader(bundle.file(SEED_FILE), SEED_KIND, SEED_VERSION).getLong();
  }

  @Override
  protected Maker maker(Long seed, Parameters parameters, Grid grid) {
    Settings settings = Settings.of(parameters, 1, 8);
    return new Maker() {
      @Override
      public Parameters parameters() {
        return settings.toParameters();
      }

      @Override
      public Detector fresh(SeriesName series) {
        return new ForestDetector(settings, seed);
      }

      @Override
      public Detector restored(byte[] state) {
        return new ForestDetector(settings, state);
      }

      @Override
      public Duration warmUp() {
        return Duration.ofDays(14);
      }

      @Override
      public int stateBytesMax() {
        return 100 + settings.shape().stateBytesMax();
      }

      @Override
      public Object stateShape() {
        return settings.shape();
      }
    };
  }

  /** Not thread-safe. */
  private static final class ForestDetector implements Detector {
    private static final char KIND = 'C';
    private static final int VERSION = 1;
    private static final long QUIET_MICROS = 6 * Times.MICROS_PER_HOUR;

    private final Settings settings;
    private final StreamingForest forest;
    private final AlarmLatch latch;
    private long newestMicros = Long.MIN_VALUE;

    /** The first reading: floats tell differences from it apart better than large values. */
    private double anchor;

    private double mean;
    private double size;
    private long count;

    ForestDetector(Settings settings, long seed) {
      this.settings = settings;
      this.forest = new StreamingForest(settings.shape(), seed);
      this.latch = new AlarmLatch(QUIET_MICROS);
    }

    ForestDetector(Settings settings, byte[] state) {
      var in = new StateReader(state, KIND, VERSION);
      this.settings = settings;
      newestMicros = in.getLong();
      anchor = in.getDouble();
      mean = in.getDouble();
      size = in.getDouble();
      count = in.getLong();
      latch = new AlarmLatch(QUIET_MICROS, in);
      forest = new StreamingForest(settings.shape(), in);
      in.requireEnd();
    }

    @Override
    public byte[] save() {
      var out = new StateWriter(KIND, VERSION).putLong(newestMicros);
      out.putDouble(anchor).putDouble(mean).putDouble(size).putLong(count);
      latch.save(out);
      forest.save(out);
      return out.toBytes();
    }

    @Override
    public long newestMicros() {
      return newestMicros;
    }

    @Override
    public Verdict score(long timeMicros, double value) {
      double bounded = Detector.bounded(value, 1e100);
      boolean isNew = timeMicros > newestMicros;
      if (count == 0) {
        anchor = isNew ? bounded : 0;
        mean = anchor;
      }
      double[] point = {bounded - anchor};
      Verdict verdict = verdict(timeMicros, bounded, point, isNew);
      if (isNew) {
        newestMicros = timeMicros;
        forest.learn(point);
        count++;
        double share = Math.max(1.0 / count, 1e-3);
        mean += share * (bounded - mean);
        size += share * (Math.abs(bounded - mean) - size);
      }
      return verdict;
    }

    private Verdict verdict(long timeMicros, double value, double[] point, boolean isNew) {
      if (!forest.isKnown()) {
        return Verdict.learning(value);
      }
      double score = forest.sigmas(point);
      boolean high = score >= settings.threshold();
      double reach = settings.threshold() * size;
      return new Verdict(
          score,
          Severity.ofScore(score),
          mean,
          mean - reach,
          mean + reach,
          high ? Cause.DEVIATION : Cause.NONE,
          isNew && latch.opens(timeMicros, high));
    }
  }
}
