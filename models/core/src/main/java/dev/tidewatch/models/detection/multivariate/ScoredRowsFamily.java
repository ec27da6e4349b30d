package dev.tidewatch.models.detection.multivariate;

import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.bundle.BundleException;
import dev.tidewatch.models.bundle.BundleManifest;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.detection.AlarmLatch;
import dev.tidewatch.models.detection.Severity;
import dev.tidewatch.models.detection.StateReader;
import dev.tidewatch.models.detection.StateWriter;
import dev.tidewatch.models.detection.Verdict;
import dev.tidewatch.models.detection.features.ScorerMethod;
import dev.tidewatch.models.detection.features.ScorerTraining;
import dev.tidewatch.models.forecast.ModelArrays;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * A scorer of rows as a detector of several aligned series: the newest {@code window} rows are
 * described by mean and spread of each input, in units of the training.
 *
 * <p>Parameters beside the scorer's own:
 *
 * <ul>
 *   <li>{@code window}: rows, 2 to 1,000; default 30.
 *   <li>{@code rows}: that are learnt from at most, evenly spread, 128 to 100,000; default 4,000.
 *   <li>{@code threshold}: score that opens an anomaly; default 3.
 * </ul>
 */
public final class ScoredRowsFamily implements MultivariateDetectorFamily {
  private static final String FILE = "scorer.bin";
  private static final String STATE = "state.bin";
  private static final String WINDOW = "window";
  private static final String ROWS = "rows";
  private static final String THRESHOLD = "threshold";

  private final ScorerMethod method;
  private final String id;

  public ScoredRowsFamily(ScorerMethod method) {
    this.method = method;
    this.id = "multivariate-" + method.id();
  }

  private record Settings(int window, int rows, double threshold) {}

  private Settings settings(Parameters parameters) {
    var known = new HashSet<>(method.parameterNames());
    known.addAll(Set.of(WINDOW, ROWS, THRESHOLD));
    parameters.requireKnown(known);
    return new Settings(
        parameters.integer(WINDOW, 30, 2, 1_000),
        parameters.integer(ROWS, 4_000, 128, 100_000),
        parameters.number(THRESHOLD, 3, 0.5, Verdict.SCORE_MAX));
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public Bundle fit(MultivariateTraining training) {
    Settings settings = settings(training.parameters());
    Parameters own = method.checked(training.parameters());
    MultivariateBundles.requireValues(training, 2 * ScorerTraining.ROWS_MIN);
    int inputs = training.inputs().size();
    RowFeatures features = RowFeatures.of(training, settings.window());
    var window = new RowWindow(inputs, settings.window(), training.firstIndex() - 1);
    var rows = new ArrayList<double[]>();
    for (int offset = 0; offset < training.size(); offset++) {
      window.add(training.firstIndex() + offset, training.row(offset));
      if (offset + 1 >= settings.window() && features.isKnown(window)) {
        rows.add(features.of(window));
      }
    }
    training.progress().at("learn", 0);
    ScorerTraining.Calibrated scorer =
        ScorerTraining.train(
            method,
            ScorerTraining.thinned(Collections.unmodifiableList(rows), settings.rows()),
            own,
            training.provenance().seed());
    training.progress().at("learn", 1);
    ModelArrays content =
        ModelArrays.builder()
            .put("means", features.means())
            .put("deviations", features.deviations())
            .nest("calibrated/", scorer.save())
            .build();
    return MultivariateBundles.of(
        id,
        training,
        own.with(WINDOW, Integer.toString(settings.window()))
            .with(ROWS, Integer.toString(settings.rows()))
            .with(THRESHOLD, Double.toString(settings.threshold())),
        RowFeatures.names(inputs),
        Map.of(
            FILE,
            content.toBytes(),
            STATE,
            new ScoredRows(settings, features, scorer, window).save()));
  }

  @Override
  public MultivariateDetectorModel load(Bundle bundle) {
    try {
      return new Model(bundle);
    } catch (IllegalArgumentException e) {
      throw BundleException.unloadable(id, e);
    }
  }

  private final class Model implements MultivariateDetectorModel {
    private final BundleManifest manifest;
    private final Settings settings;
    private final RowFeatures features;
    private final ScorerTraining.Calibrated scorer;
    private final byte[] state;

    Model(Bundle bundle) {
      manifest = bundle.manifest();
      settings = settings(manifest.parameters());
      int inputs = manifest.roles().size();
      ModelArrays content = ModelArrays.read(bundle.file(FILE));
      features =
          new RowFeatures(
              settings.window(),
              content.array("means", inputs),
              content.array("deviations", inputs));
      scorer = ScorerTraining.load(method, content.under("calibrated/"), 2 * inputs);
      state = bundle.file(STATE);
      restore(state);
    }

    private Model(Model other, Settings settings) {
      this.manifest = other.manifest;
      this.settings = settings;
      this.features = other.features;
      this.scorer = other.scorer;
      this.state = other.state;
    }

    @Override
    public BundleManifest manifest() {
      return manifest;
    }

    @Override
    public MultivariateDetectorModel with(Parameters overrides) {
      return new Model(this, settings(MultivariateBundles.overridden(manifest, overrides)));
    }

    @Override
    public MultivariateDetector start() {
      return restore(state);
    }

    @Override
    public MultivariateDetector restore(byte[] saved) {
      return new ScoredRows(settings, features, scorer, manifest.roles().size(), saved);
    }

    @Override
    public int stateBytesMax() {
      return 17 + RowWindow.stateBytesMax(inputs(), settings.window());
    }
  }

  /** Not thread-safe. */
  private static final class ScoredRows implements MultivariateDetector {
    private static final char KIND = 'N';
    private static final int VERSION = 1;

    private final Settings settings;
    private final RowFeatures features;
    private final ScorerTraining.Calibrated scorer;
    private final RowWindow rows;
    private final AlarmLatch latch;

    ScoredRows(
        Settings settings, RowFeatures features, ScorerTraining.Calibrated scorer, RowWindow rows) {
      this.settings = settings;
      this.features = features;
      this.scorer = scorer;
      this.rows = rows;
      this.latch = new AlarmLatch(settings.window());
    }

    ScoredRows(
        Settings settings,
        RowFeatures features,
        ScorerTraining.Calibrated scorer,
        int inputs,
        byte[] state) {
      var in = new StateReader(state, KIND, VERSION);
      this.settings = settings;
      this.features = features;
      this.scorer = scorer;
      this.rows = new RowWindow(inputs, settings.window(), in);
      this.latch = new AlarmLatch(settings.window(), in);
      in.requireEnd();
    }

    @Override
    public byte[] save() {
      var out = new StateWriter(KIND, VERSION);
      rows.save(out);
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
      double[] row = features.of(rows);
      double score = features.isKnown(rows) ? Math.min(scorer.sigmas(row), Verdict.SCORE_MAX) : 0;
      boolean high = score >= settings.threshold();
      var contributions = new ArrayList<Double>();
      for (int input = 0; input < row.length / 2; input++) {
        contributions.add(Math.abs(row[2 * input]));
      }
      return new MultivariateVerdict(
          score, Severity.ofScore(score), contributions, high, latch.opens(index, high));
    }
  }
}
