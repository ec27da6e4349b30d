package dev.tidewatch.sdk;

import dev.tidewatch.proto.type.v1.FeedToken;

/**
 * A place in the ingest feed: everything committed up to and including {@code position} in the life
 * {@code epoch} of the database.
 *
 * @param epoch 0 means the present life, and only together with position 0
 * @param position 0 is before the first commit
 */
public record FeedPosition(long epoch, long position) {
  public FeedPosition {
    if (epoch < 0 || position < 0) {
      throw new IllegalArgumentException("epoch, position: " + epoch + ", " + position);
    }
  }

  static FeedPosition of(FeedToken token) {
    return new FeedPosition(token.getEpoch(), token.getPosition());
  }

  FeedToken token() {
    return FeedToken.newBuilder().setEpoch(epoch).setPosition(position).build();
  }
}
