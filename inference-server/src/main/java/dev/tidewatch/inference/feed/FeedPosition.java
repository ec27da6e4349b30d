package dev.tidewatch.inference.feed;

/**
 * A place in ingest's feed: everything committed up to it.
 *
 * @param epoch life of the ingest database; 0 only with position 0
 * @param position 0 is before the first commit
 */
public record FeedPosition(long epoch, long position) {
  public static final FeedPosition START = new FeedPosition(0, 0);

  public FeedPosition {
    if (epoch < 0 || position < 0) {
      throw new IllegalArgumentException("epoch %d, position %d".formatted(epoch, position));
    }
  }

  /**
   * True if everything up to the other place is included. Places of different lives do not compare.
   */
  public boolean includes(FeedPosition other) {
    return other.position == 0 || (epoch == other.epoch && position >= other.position);
  }
}
