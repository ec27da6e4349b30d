package dev.tidewatch.ingest.feed;

/**
 * Everything committed up to and including a position, in one life of the database.
 *
 * @param epoch from 1
 * @param position gapless; 0 is before the first commit
 */
public record FeedPosition(long epoch, long position) {
  public FeedPosition {
    if (epoch < 1 || position < 0) {
      throw new IllegalArgumentException("feed position " + epoch + ":" + position);
    }
  }
}
