package dev.tidewatch.ingest.query;

import dev.tidewatch.ingest.feed.FeedPosition;
import java.util.List;

/**
 * What was committed up to a position: a row is visible if its commit id is below {@code
 * settledBelow}, or among {@code recent}. The same view gives the same rows whenever it is used.
 *
 * @param recent commit ids from {@code settledBelow} on that have a position up to this one
 */
public record ReadView(FeedPosition position, long settledBelow, List<Long> recent) {
  public ReadView {
    recent = List.copyOf(recent);
  }
}
