package dev.tidewatch.models.detection;

import dev.tidewatch.models.bundle.Bundle;
import dev.tidewatch.models.bundle.BundleException;
import dev.tidewatch.models.bundle.BundleManifest;
import dev.tidewatch.models.bundle.Parameters;
import dev.tidewatch.models.training.InsufficientHistoryException;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.SeriesName;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Families that may learn something from all series at once, and whose detectors then watch the
 * history of each series reading by reading, as they would have live. Bundles hold what was learnt
 * and the state of each series ({@code states.bin}).
 *
 * @param <L> what is learnt from the training data and shared by all detectors; immutable and
 *     thread-safe
 */
public abstract class ReplayedFamily<L> implements DetectorFamily {
  private static final String STATES = "states.bin";
  private static final char STATES_KIND = 'A';
  private static final int STATES_VERSION = 1;

  /** Makes detectors of one bundle under some settings. Immutable and thread-safe. */
  public interface Maker {
    /** All settings, defaults written out. */
    Parameters parameters();

    /** A detector that has seen nothing of its series. */
    Detector fresh(SeriesName series);

    /**
     * @throws BundleException DAMAGED if the state is not one that such a detector saved
     */
    Detector restored(byte[] state);

    /** See {@link DetectorModel#warmUp}. */
    Duration warmUp();

    /** See {@link DetectorModel#stateBytesMax}. */
    int stateBytesMax();

    /** Equal where states mean the same. */
    Object stateShape();
  }

  /**
   * @throws InsufficientHistoryException if there is too little to learn from
   * @throws IllegalArgumentException if a parameter is unknown or out of bounds
   */
  protected abstract L learn(DetectorTraining training);

  /** Payload files, by name; none is called {@code states.bin}. */
  protected abstract Map<String, byte[]> save(L learned);

  /**
   * @throws IllegalArgumentException if the bundle's files are not what {@link #save} makes
   */
  protected abstract L read(Bundle bundle);

  /**
   * @throws IllegalArgumentException if a parameter is unknown or out of bounds
   */
  protected abstract Maker maker(L learned, Parameters parameters, Grid grid);

  /** Names of features that the model reads; empty where it reads plain values. */
  protected List<String> featureRecipe() {
    return List.of();
  }

  @Override
  public final Bundle fit(DetectorTraining training) {
    var history = new WatchedHistory(training);
    L learned = learn(training);
    Maker maker = maker(learned, training.parameters(), training.grid());
    var states = new StateWriter(STATES_KIND, STATES_VERSION);
    history.watch(maker::fresh).forEach(states::putBytes);
    var files = new TreeMap<>(save(learned));
    files.put(STATES, states.toBytes());
    return Bundle.of(history.manifest(id(), featureRecipe(), maker.parameters()), files);
  }

  @Override
  public final DetectorModel load(Bundle bundle) {
    BundleManifest manifest = bundle.manifest();
    try {
      L learned = read(bundle);
      Maker maker = maker(learned, manifest.parameters(), manifest.grid());
      var states = new TreeMap<SeriesName, byte[]>();
      var in = new StateReader(bundle.file(STATES), STATES_KIND, STATES_VERSION);
      for (SeriesName name : manifest.trainingWindow().series()) {
        byte[] state = in.getBytes();
        maker.restored(state);
        states.put(name, state);
      }
      in.requireEnd();
      return new Model(manifest, learned, maker, Collections.unmodifiableMap(states));
    } catch (IllegalArgumentException e) {
      throw BundleException.unloadable(id(), e);
    }
  }

  private final class Model implements DetectorModel {
    private final BundleManifest manifest;
    private final L learned;
    private final Maker maker;
    private final Map<SeriesName, byte[]> states;

    Model(BundleManifest manifest, L learned, Maker maker, Map<SeriesName, byte[]> states) {
      this.manifest = manifest;
      this.learned = learned;
      this.maker = maker;
      this.states = states;
    }

    @Override
    public BundleManifest manifest() {
      return manifest;
    }

    private Maker makerWith(Parameters overrides) {
      return overrides.asMap().isEmpty()
          ? maker
          : maker(learned, manifest.parameters().overriddenBy(overrides), manifest.grid());
    }

    @Override
    public Detector start(SeriesName series) {
      return start(series, Parameters.NONE);
    }

    @Override
    public Detector start(SeriesName series, Parameters overrides) {
      Maker own = makerWith(overrides);
      byte[] state = states.get(series);
      return state != null && own.stateShape().equals(maker.stateShape())
          ? own.restored(state)
          : own.fresh(series);
    }

    @Override
    public Detector restore(byte[] state, Parameters overrides) {
      return makerWith(overrides).restored(state);
    }

    @Override
    public boolean isTrainedOn(SeriesName series) {
      return states.containsKey(series);
    }

    @Override
    public Duration warmUp() {
      return maker.warmUp();
    }

    @Override
    public int stateBytesMax() {
      return maker.stateBytesMax();
    }
  }
}
