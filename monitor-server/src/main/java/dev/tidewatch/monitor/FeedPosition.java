package dev.tidewatch.monitor;

import dev.tidewatch.serverkit.errors.InvalidArgument;

/**
 * A commit of ingest: everything up to it is included.
 *
 * @param epoch life of the ingest database, at least 0
 * @param position gapless from 1; 0 is before the first commit, or not told
 */
public record FeedPosition(long epoch, long position) {
  /** Before everything, or not told. */
  public static final FeedPosition NONE = new FeedPosition(0, 0);

  public FeedPosition {
    if (epoch < 0 || position < 0) {
      throw InvalidArgument.field(
          "feed_position", "is (%d, %d); both must be at least 0".formatted(epoch, position));
    }
  }
}
