package dev.tidewatch.inference.forecast;

import dev.tidewatch.inference.serving.AnswerRole;
import dev.tidewatch.timeseries.Grid;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What this replica has left in the spool lately. The ledger keeps the first prediction of a key,
 * so that a second need not be sent; what is forgotten here is sent again, and known there.
 * Thread-safe.
 */
final class RecordedOrigins {
  private static final int KEYS_MAX = 50_000;

  private final Map<Key, Boolean> keys = new LinkedHashMap<>(16, 0.75f, true);

  /** What the ledger tells predictions apart by. */
  record Key(
      String series, Grid grid, String model, String version, long originIndex, AnswerRole role) {
    static Key of(ForecastAnswer answer) {
      AnsweredBy by = answer.answeredBy();
      return new Key(
          answer.series(),
          answer.grid(),
          by.model(),
          by.version(),
          answer.forecast().firstIndex(),
          by.role());
    }
  }

  boolean contains(Key key) {
    synchronized (keys) {
      return keys.get(key) != null;
    }
  }

  void add(Key key) {
    synchronized (keys) {
      keys.put(key, Boolean.TRUE);
      Iterator<Key> oldest = keys.keySet().iterator();
      while (keys.size() > KEYS_MAX) {
        oldest.next();
        oldest.remove();
      }
    }
  }
}
