package dev.tidewatch.models.bundle;

import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.timeseries.Times;
import java.util.List;

/**
 * What a model was trained on.
 *
 * @param series the series seen, sorted
 * @param startMicros first moment seen
 * @param endMicros first moment not seen any more
 * @param fingerprint SHA-256 of the readings, see {@link dev.tidewatch.timeseries.Fingerprint}
 */
public record TrainingWindow(
    List<SeriesName> series, long startMicros, long endMicros, String fingerprint) {
  public static final int SERIES_MAX = 20_000;

  public TrainingWindow {
    series = series.stream().sorted().toList();
    if (series.size() > SERIES_MAX) {
      throw new IllegalArgumentException(
          "%d training series; at most %d are allowed".formatted(series.size(), SERIES_MAX));
    }
    if (endMicros < startMicros) {
      throw new IllegalArgumentException(
          "training window ends at %s, before its start %s"
              .formatted(Times.toInstant(endMicros), Times.toInstant(startMicros)));
    }
    if (!fingerprint.matches("[0-9a-f]{64}")) {
      throw new IllegalArgumentException(
          "data fingerprint must be 64 lower-case hexadecimal digits");
    }
  }
}
