package dev.tidewatch.ingest.api;

import dev.tidewatch.ingest.catalog.SeriesSelection;
import dev.tidewatch.ingest.catalog.SeriesStore;
import dev.tidewatch.serverkit.errors.NotFound;
import java.util.Set;

/** Checks which series a request means. */
final class Selections {
  private Selections() {}

  /**
   * @throws NotFound SERIES_UNKNOWN: a name in the selection
   */
  static void requireKnown(SeriesStore catalogue, SeriesSelection selection) {
    if (selection.names().isEmpty()) {
      return;
    }
    Set<String> known = catalogue.ids(selection.names()).keySet();
    for (String name : selection.names()) {
      if (!known.contains(name)) {
        throw SeriesApi.unknown(name);
      }
    }
  }
}
