package dev.tidewatch.inference.feed;

import java.util.List;
import java.util.Map;

/**
 * What one commit changed in one shard.
 *
 * @param changedLabels labels of series that were created or changed, by name
 * @param dropped readings, and whole series, that were deleted; to be applied before the readings
 * @param readings in the order stored
 */
public record FeedSection(
    int shard,
    Map<String, Map<String, String>> changedLabels,
    List<DroppedReadings> dropped,
    List<SeriesReadings> readings) {
  public FeedSection {
    changedLabels = Map.copyOf(changedLabels);
    dropped = List.copyOf(dropped);
    readings = List.copyOf(readings);
  }
}
