package dev.tidewatch.models.detection;

import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.bundle.BundleException;
import dev.tidewatch.models.bundle.BundleManifest;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.timeseries.SeriesName;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Families whose fitting is watching: the history is scored reading by reading, as it would have
 * been live, and what the detector then knows of each series is its payload, {@code states/<index
 * of the series>.bin}.
 *
 * @param <S> the family's settings, made of parameters and the grid's time zone; immutable
 */
public abstract class WatchingFamily<S> implements DetectorFamily {
  private static final Duration WARM_UP = Duration.ofDays(21);

  /**
   * @throws IllegalArgumentException if a parameter is unknown or out of bounds
   */
  protected abstract S settings(Parameters parameters, ZoneId zone);

  /** All settings written out. */
  protected abstract Parameters parametersOf(S settings);

  /** True if a state learnt under the one means the same under the other. */
  protected abstract boolean shareState(S one, S other);

  /** A detector that knows nothing. */
  protected abstract Detector fresh(S settings);

  /**
   * @throws BundleException DAMAGED if a detector of such settings did not save the state
   */
  protected abstract Detector restored(S settings, byte[] state);

  /** Upper bound of the length of a saved state. */
  protected abstract int stateBytesMax(S settings);

  private static String stateFile(int seriesIndex) {
    return "states/%06d.bin".formatted(seriesIndex);
  }

  @Override
  public Bundle fit(DetectorTraining training) {
    S settings = settings(training.parameters(), training.grid().zone());
    var history = new WatchedHistory(training);
    List<byte[]> states = history.watch(series -> fresh(settings));
    var files = new TreeMap<String, byte[]>();
    for (int i = 0; i < states.size(); i++) {
      files.put(stateFile(i), states.get(i));
    }
    return Bundle.of(history.manifest(id(), List.of(), parametersOf(settings)), files);
  }

  @Override
  public DetectorModel load(Bundle bundle) {
    BundleManifest manifest = bundle.manifest();
    try {
      S settings = settings(manifest.parameters(), manifest.grid().zone());
      var states = new TreeMap<SeriesName, byte[]>();
      List<SeriesName> names = manifest.trainingWindow().series();
      for (int i = 0; i < names.size(); i++) {
        byte[] state = bundle.file(stateFile(i));
        restored(settings, state);
        states.put(names.get(i), state);
      }
      return new Model(manifest, settings, Collections.unmodifiableMap(states));
    } catch (IllegalArgumentException e) {
      throw BundleException.unloadable(id(), e);
    }
  }

  private final class Model implements DetectorModel {
    private final BundleManifest manifest;
    private final S settings;
    private final Map<SeriesName, byte[]> states;

    Model(BundleManifest manifest, S settings, Map<SeriesName, byte[]> states) {
      this.manifest = manifest;
      this.settings = settings;
      this.states = states;
    }

    @Override
    public BundleManifest manifest() {
      return manifest;
    }

    private S settingsWith(Parameters overrides) {
      return WatchingFamily.this.settings(
          manifest.parameters().overriddenBy(overrides), manifest.grid().zone());
    }

    @Override
    public Detector start(SeriesName series) {
      return start(series, Parameters.NONE);
    }

    @Override
    public Detector start(SeriesName series, Parameters overrides) {
      S own = settingsWith(overrides);
      byte[] state = states.get(series);
      return state != null && shareState(own, settings) ? restored(own, state) : fresh(own);
    }

    @Override
    public Detector restore(byte[] state, Parameters overrides) {
      return restored(settingsWith(overrides), state);
    }

    @Override
    public boolean isTrainedOn(SeriesName series) {
      return states.containsKey(series);
    }

    @Override
    public Duration warmUp() {
      return WARM_UP;
    }

    @Override
    public int stateBytesMax() {
      return WatchingFamily.this.stateBytesMax(settings);
    }
  }
}
