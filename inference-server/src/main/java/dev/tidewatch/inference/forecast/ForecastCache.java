package dev.tidewatch.inference.forecast;

import dev.tidewatch.models.forecast.Forecast;
import dev.tidewatch.models.forecast.ForecastInput;
import dev.tidewatch.timeseries.GridWindow;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Forecasts that were made, by everything that they depend on: the bundle's digest, the names and
 * the values that the model saw, the steps and the levels. A forecaster depends on nothing else, so
 * that an answer from here is the answer that the model would give. The longest unasked goes first.
 * Thread-safe.
 */
public final class ForecastCache {
  private static final long ENTRY_BYTES = 400;

  private final long bytesMax;
  private final Map<Key, Forecast> kept = new LinkedHashMap<>(64, 0.75f, true);
  private long bytes;

  /** Equal keys have equal answers. */
  record Key(String bundleSha256, ForecastInput input, int horizon, List<Double> levels) {
    private long bytes() {
      long cells = 0;
      for (GridWindow window : input.windows()) {
        cells += window.size();
      }
      return ENTRY_BYTES + 8 * (cells + (1L + 2L * levels.size()) * horizon);
    }
  }

  /**
   * @param bytesMax of keys and answers together, as estimated; 0 keeps nothing
   */
  public ForecastCache(long bytesMax) {
    if (bytesMax < 0) {
      throw new IllegalArgumentException("bytesMax is %d".formatted(bytesMax));
    }
    this.bytesMax = bytesMax;
  }

  Optional<Forecast> find(Key key) {
    if (bytesMax == 0) {
      return Optional.empty();
    }
    synchronized (kept) {
      return Optional.ofNullable(kept.get(key));
    }
  }

  void keep(Key key, Forecast forecast) {
    long size = key.bytes();
    if (size > bytesMax / 4) {
      return;
    }
    synchronized (kept) {
      @Nullable Forecast before = kept.put(key, forecast);
      bytes += before == null ? size : 0;
      Iterator<Key> oldest = kept.keySet().iterator();
      while (bytes > bytesMax && oldest.hasNext()) {
        bytes -= oldest.next().bytes();
        oldest.remove();
      }
    }
  }

  /** Estimated, of keys and answers. */
  public long bytes() {
    synchronized (kept) {
      return bytes;
    }
  }
}
