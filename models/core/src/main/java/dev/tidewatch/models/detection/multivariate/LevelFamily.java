package dev.tidewatch.models.detection.multivariate;

import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.bundle.BundleException;
import dev.tidewatch.models.bundle.BundleManifest;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.detection.Verdict;
import dev.tidewatch.models.forecast.ModelArrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Watches the mean of the last rows of each input for having left the level of the training, in
 * units of what this input's own noise and drift explain after that time, and adds the inputs up.
 * Needs no labels; scale and unit of an input do not matter.
 *
 * <p>Each input gets a {@link LocalLevel}. Its share is z = (mean of {@code window} rows - level) /
 * sqrt(variance of the level + drift x rows since + noise / rows averaged); the mean of the inputs'
 * z squared is read as chi-square and given as standard deviations.
 *
 * <p>Parameters:
 *
 * <ul>
 *   <li>{@code window}: rows that are averaged, 2 to 1,000; default 30.
 *   <li>{@code threshold}: score that opens an anomaly; default 4.
 *   <li>{@code reference}: {@code training} (default) compares with the end of the training for
 *       ever, so that a fault stays one however slowly it came; {@code moving} lets the level
 *       follow while scores are below half the threshold, for models that serve for long.
 * </ul>
 */
public final class LevelFamily implements MultivariateDetectorFamily {
  public static final String ID = "multivariate-level";

  static final int ROWS_MIN = 60;

  private static final String FILE = "levels.bin";
  private static final String WINDOW = "window";
  private static final String THRESHOLD = "threshold";
  private static final String REFERENCE = "reference";

  /** What readings are compared with. */
  enum Reference {
    TRAINING,
    MOVING
  }

  record Settings(int window, double threshold, Reference reference) {
    static Settings of(Parameters parameters) {
      parameters.requireKnown(Set.of(WINDOW, THRESHOLD, REFERENCE));
      return new Settings(
          parameters.integer(WINDOW, 30, 2, 1_000),
          parameters.number(THRESHOLD, 4, 0.5, Verdict.SCORE_MAX),
          parameters.choice(REFERENCE, Reference.TRAINING));
    }

    Parameters toParameters() {
      return Parameters.of(
          Map.of(
              WINDOW,
              Integer.toString(window),
              THRESHOLD,
              Double.toString(threshold),
              REFERENCE,
              reference == Reference.TRAINING ? "training" : "moving"));
    }
  }

  @Override
  public String id() {
    return ID;
  }

  @Override
  public Bundle fit(MultivariateTraining training) {
    var settings = Settings.of(training.parameters());
    MultivariateBundles.requireValues(training, Math.max(ROWS_MIN, 2 * settings.window()));
    int inputs = training.inputs().size();
    var levels = new LocalLevel[inputs];
    for (int i = 0; i < inputs; i++) {
      training.progress().at("levels", (double) i / inputs);
      levels[i] = LocalLevel.fit(training.inputs().get(i).window().values());
    }
    training.progress().at("levels", 1);
    long newest = training.firstIndex() + training.size() - 1;
    var rows = new RowWindow(inputs, settings.window(), newest - settings.window());
    for (int offset = training.size() - settings.window(); offset < training.size(); offset++) {
      rows.add(training.firstIndex() + offset, training.row(offset));
    }
    var content = ModelArrays.builder();
    for (int i = 0; i < inputs; i++) {
      LocalLevel level = levels[i];
      content.put(
          "input/%04d".formatted(i), level.level(), level.variance(), level.drift(), level.noise());
    }
    byte[] state = new LevelDetector(settings, levels, rows).save();
    return MultivariateBundles.of(
        ID,
        training,
        settings.toParameters(),
        List.of(),
        Map.of(FILE, content.build().toBytes(), "state.bin", state));
  }

  @Override
  public MultivariateDetectorModel load(Bundle bundle) {
    try {
      var settings = Settings.of(bundle.manifest().parameters());
      ModelArrays content = ModelArrays.read(bundle.file(FILE));
      var levels = new LocalLevel[bundle.manifest().roles().size()];
      for (int i = 0; i < levels.length; i++) {
        double[] level = content.array("input/%04d".formatted(i), 4);
        levels[i] = new LocalLevel(level[0], level[1], level[2], level[3]);
      }
      byte[] state = bundle.file("state.bin");
      new LevelDetector(settings, levels.length, state);
      return new Model(bundle.manifest(), settings, state);
    } catch (IllegalArgumentException e) {
      throw BundleException.unloadable(ID, e);
    }
  }

  private static final class Model implements MultivariateDetectorModel {
    private final BundleManifest manifest;
    private final Settings settings;
    private final byte[] state;

    Model(BundleManifest manifest, Settings settings, byte[] state) {
      this.manifest = manifest;
      this.settings = settings;
      this.state = state;
    }

    @Override
    public BundleManifest manifest() {
      return manifest;
    }

    @Override
    public MultivariateDetectorModel with(Parameters overrides) {
      return new Model(
          manifest, Settings.of(MultivariateBundles.overridden(manifest, overrides)), state);
    }

    @Override
    public MultivariateDetector start() {
      return restore(state);
    }

    @Override
    public MultivariateDetector restore(byte[] saved) {
      return new LevelDetector(settings, inputs(), saved);
    }

    @Override
    public int stateBytesMax() {
      return LevelDetector.stateBytesMax(inputs(), settings.window());
    }
  }
}
