package dev.tidewatch.inference.tuning;

import dev.tidewatch.inference.registry.VersionKey;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The monitor's tunings as last heard; none before that. Thread-safe; one thread writes. */
public final class TuningMirror {
  private volatile Map<Key, Tuning> tunings = new ConcurrentHashMap<>();

  /** What a tuning is of. */
  public record Key(VersionKey version, String series) {}

  /** {@link Tuning#NONE} if the version runs on the series as it was trained. */
  public Tuning of(VersionKey version, String series) {
    Tuning tuning = tunings.get(new Key(version, series));
    return tuning == null ? Tuning.NONE : tuning;
  }

  /** How many there are. */
  public int size() {
    return tunings.size();
  }

  /** These, and no others. */
  public void heard(Map<Key, Tuning> all) {
    tunings = new ConcurrentHashMap<>(all);
  }

  public void heard(Key key, Tuning tuning) {
    tunings.put(key, tuning);
  }

  /** Runs as it was trained from here on. */
  public void heardReset(Key key) {
    tunings.remove(key);
  }
}
