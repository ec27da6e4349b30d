package dev.tidewatch.inference.history;

import dev.tidewatch.inference.registry.Labels;
import dev.tidewatch.inference.registry.SeriesSelector;
import java.util.List;

/** Ingest's catalogue of series. Thread-safe; blocks the calling thread. */
public interface SeriesCatalog extends Labels {
  /**
   * Names that a selector means, ascending.
   *
   * @param seriesMax of more, the first are given
   * @throws dev.tidewatch.serverkit.errors.Unavailable {@code HISTORY_UNAVAILABLE}
   */
  List<String> matching(SeriesSelector selector, int seriesMax);
}
