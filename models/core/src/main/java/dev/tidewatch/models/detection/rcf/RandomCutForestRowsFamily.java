package dev.tidewatch.models.detection.rcf;

import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.bundle.BundleException;
import dev.tidewatch.models.bundle.BundleManifest;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.detection.AlarmLatch;
import dev.tidewatch.models.detection.Severity;
import dev.tidewatch.models.detection.StateReader;
import dev.tidewatch.models.detection.StateWriter;
import dev.tidewatch.models.detection.multivariate.MultivariateBundles;
import dev.tidewatch.models.detection.multivariate.MultivariateDetector;
import dev.tidewatch.models.detection.multivariate.MultivariateDetectorFamily;
import dev.tidewatch.models.detection.multivariate.MultivariateDetectorModel;
import dev.tidewatch.models.detection.multivariate.MultivariateTraining;
import dev.tidewatch.models.detection.multivariate.MultivariateVerdict;
import dev.tidewatch.models.forecast.ModelArrays;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Random cut forest over the newest rows of several aligned series, each in units of its training.
 * Learns from every row, so that a lasting fault becomes ordinary after about as many rows as a
 * tree keeps. A missing value counts as the input's newest known one.
 *
 * <p>Parameters as in {@link RandomCutForestFamily}; {@code shingle} is 4 by default.
 */
public final class RandomCutForestRowsFamily implements MultivariateDetectorFamily {
  public static final String ID = "multivariate-random-cut-forest";

  private static final String SCALES = "scales.bin";
  private static final String STATE = "state.bin";
  private static final int SHINGLE = 4;
  private static final int ROWS_MIN = 128;

  @Override
  public String id() {
    return ID;
  }

  @Override
  public Bundle fit(MultivariateTraining training) {
    int inputs = training.inputs().size();
    var settings = RandomCutForestFamily.Settings.of(training.parameters(), inputs, SHINGLE);
    MultivariateBundles.requireValues(training, ROWS_MIN);
    var centers = new double[inputs];
    var units = new double[inputs];
    for (int input = 0; input < inputs; input++) {
      scale(training.inputs().get(input).window().values(), input, centers, units);
    }
    var detector =
        new ForestRows(
            settings, centers, units, training.provenance().seed(), training.firstIndex() - 1);
    for (int offset = 0; offset < training.size(); offset++) {
      training.progress().at("watch", (double) offset / training.size());
      detector.score(training.firstIndex() + offset, training.row(offset));
    }
    training.progress().at("watch", 1);
    return MultivariateBundles.of(
        ID,
        training,
        settings.toParameters(),
        List.of(),
        Map.of(
            SCALES,
            ModelArrays.builder().put("centers", centers).put("units", units).build().toBytes(),
            STATE,
            detector.save()));
  }

  /** Mean and standard deviation of what is known. */
  private static void scale(double[] values, int input, double[] centers, double[] units) {
    double sum = 0;
    int count = 0;
    for (double value : values) {
      if (!Double.isNaN(value)) {
        sum += value;
        count++;
      }
    }
    double mean = sum / count;
    double squares = 0;
    for (double value : values) {
      if (!Double.isNaN(value)) {
        squares += (value - mean) * (value - mean);
      }
    }
    centers[input] = mean;
    units[input] =
        Math.max(Math.sqrt(squares / count), Math.max(1e-9 * Math.abs(mean), Double.MIN_NORMAL));
  }

  @Override
  public MultivariateDetectorModel load(Bundle bundle) {
    try {
      return new Model(bundle);
    } catch (IllegalArgumentException e) {
      throw BundleException.unloadable(ID, e);
    }
  }

  private static final class Model implements MultivariateDetectorModel {
    private final BundleManifest manifest;
    private final RandomCutForestFamily.Settings settings;
    private final double[] centers;
    private final double[] units;
    private final byte[] state;

    Model(Bundle bundle) {
      manifest = bundle.manifest();
      int inputs = manifest.roles().size();
      settings = RandomCutForestFamily.Settings.of(manifest.parameters(), inputs, SHINGLE);
      ModelArrays scales = ModelArrays.read(bundle.file(SCALES));
      centers = scales.array("centers", inputs);
      units = scales.array("units", inputs);
      state = bundle.file(STATE);
      restore(state);
    }

    private Model(Model other, RandomCutForestFamily.Settings settings) {
      this.manifest = other.manifest;
      this.settings = settings;
      this.centers = other.centers;
      this.units = other.units;
      this.state = other.state;
    }

    @Override
    public BundleManifest manifest() {
      return manifest;
    }

    @Override
    public MultivariateDetectorModel with(Parameters overrides) {
      return new Model(
          this,
          RandomCutForestFamily.Settings.of(
              MultivariateBundles.overridden(manifest, overrides), inputs(), SHINGLE));
    }

    @Override
    public MultivariateDetector start() {
      return restore(state);
    }

    @Override
    public MultivariateDetector restore(byte[] saved) {
      return new ForestRows(settings, centers, units, saved);
    }

    @Override
    public int stateBytesMax() {
      return 100 + settings.shape().stateBytesMax();
    }
  }

  /** Not thread-safe. */
  private static final class ForestRows implements MultivariateDetector {
    private static final char KIND = 'K';
    private static final int VERSION = 1;

    private final RandomCutForestFamily.Settings settings;
    private final double[] centers;
    private final double[] units;
    private final StreamingForest forest;
    private final AlarmLatch latch;
    private final double[] newest;
    private long newestIndex;

    ForestRows(
        RandomCutForestFamily.Settings settings,
        double[] centers,
        double[] units,
        long seed,
        long newestIndex) {
      this.settings = settings;
      this.centers = centers;
      this.units = units;
      this.forest = new StreamingForest(settings.shape(), seed);
      this.latch = new AlarmLatch(settings.shape().shingle());
      this.newest = new double[centers.length];
      this.newestIndex = newestIndex;
    }

    ForestRows(
        RandomCutForestFamily.Settings settings, double[] centers, double[] units, byte[] state) {
      var in = new StateReader(state, KIND, VERSION);
      this.settings = settings;
      this.centers = centers;
      this.units = units;
      this.newestIndex = in.getLong();
      this.newest = in.getDoubles(centers.length);
      this.latch = new AlarmLatch(settings.shape().shingle(), in);
      this.forest = new StreamingForest(settings.shape(), in);
      in.requireEnd();
    }

    @Override
    public byte[] save() {
      var out = new StateWriter(KIND, VERSION).putLong(newestIndex).putDoubles(newest);
      latch.save(out);
      forest.save(out);
      return out.toBytes();
    }

    @Override
    public long newestIndex() {
      return newestIndex;
    }

    @Override
    public MultivariateVerdict score(long index, double[] values) {
      if (index <= newestIndex) {
        throw new IllegalArgumentException(
            "row %d does not come after row %d".formatted(index, newestIndex));
      }
      if (values.length != centers.length) {
        throw new IllegalArgumentException(
            "row has %d values for %d inputs".formatted(values.length, centers.length));
      }
      boolean known = false;
      for (double value : values) {
        known |= !Double.isNaN(value);
        if (Double.isInfinite(value)) {
          throw new IllegalArgumentException("row %d has an infinite value".formatted(index));
        }
      }
      var contributions = new ArrayList<Double>();
      for (int i = 0; i < values.length; i++) {
        if (!Double.isNaN(values[i])) {
          newest[i] = (values[i] - centers[i]) / units[i];
        }
        contributions.add(Math.abs(newest[i]));
      }
      newestIndex = index;
      double score = known ? forest.sigmas(newest) : 0;
      if (known) {
        forest.learn(newest);
      }
      boolean high = score >= settings.threshold();
      return new MultivariateVerdict(
          score, Severity.ofScore(score), contributions, high, latch.opens(index, high));
    }
  }
}
