package dev.tidewatch.monitor.health;

import java.time.Instant;
import java.util.List;

/** How series come in, by ingest. Thread-safe. */
public interface ActivitySource {
  /**
   * The series of the catalogue in order of their names, at most {@code seriesMax}.
   *
   * @param now domain time
   */
  List<SeriesActivity> activity(Instant now, int seriesMax);
}
