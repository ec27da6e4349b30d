package dev.tidewatch.ingest.catalog;

import dev.tidewatch.timeseries.SeriesName;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What people say about a series.
 *
 * @param device what it belongs to; may be empty
 * @param point which quantity of the device
 * @param unit UCUM code; empty: none
 * @param labels at most {@value #LABELS_MAX}
 * @param states meaning by code, for {@link SeriesKind#STATE}
 * @param expectedInterval how often a reading is due
 */
public record SeriesDescription(
    SeriesName name,
    String device,
    String point,
    String displayName,
    String description,
    String unit,
    Map<String, String> labels,
    SeriesKind kind,
    Map<Long, String> states,
    DuplicatePolicy duplicatePolicy,
    Validation validation,
    Optional<Duration> expectedInterval) {
  public static final int LABELS_MAX = 32;

  public SeriesDescription {
    labels = Map.copyOf(labels);
    states = Map.copyOf(states);
    if (labels.size() > LABELS_MAX) {
      throw new IllegalArgumentException(
          "%d labels; at most %d".formatted(labels.size(), LABELS_MAX));
    }
  }

  /** What a series gets that came into being by its first reading. */
  public static SeriesDescription byName(SeriesName name) {
    return new SeriesDescription(
        name,
        deviceOf(name),
        pointOf(name),
        "",
        "",
        "",
        Map.of(),
        SeriesKind.GAUGE,
        Map.of(),
        DuplicatePolicy.KEEP_LAST,
        Validation.NONE,
        Optional.empty());
  }

  /** The name without its last segment; empty for a name of one segment. */
  public static String deviceOf(SeriesName name) {
    int slash = name.value().lastIndexOf('/');
    return slash < 0 ? "" : name.value().substring(0, slash);
  }

  /** The last segment of the name. */
  public static String pointOf(SeriesName name) {
    return name.value().substring(name.value().lastIndexOf('/') + 1);
  }
}
