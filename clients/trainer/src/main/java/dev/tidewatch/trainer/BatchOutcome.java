package dev.tidewatch.trainer;

import dev.tidewatch.timeseries.SeriesName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one model of a batch ended.
 *
 * @param series that it was to learn from
 * @param report null where it failed
 * @param failure why; empty where it did not fail
 * @param tooShort true if it failed for want of history alone
 */
public record BatchOutcome(
    List<SeriesName> series, @Nullable TrainingReport report, String failure, boolean tooShort) {
  public BatchOutcome {
    series = List.copyOf(series);
  }
}
