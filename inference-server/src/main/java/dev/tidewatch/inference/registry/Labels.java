package dev.tidewatch.inference.registry;

import java.util.Map;

/** Labels of series in ingest's catalogue. Asked only where an assignment selects by labels. */
@FunctionalInterface
public interface Labels {
  Labels NONE = series -> Map.of();

  /** Empty for a series that is not known. */
  Map<String, String> of(String series);
}
