package dev.tidewatch.ingest.feed;

/**
 * What a commit changed in one shard, as it lies on disk and goes to subscribers: an encoded {@code
 * ShardSection}.
 */
public final class EncodedSection {
  private final int shard;
  private final byte[] content;

  /**
   * @param content not copied, and not to be changed any more
   */
  public EncodedSection(int shard, byte[] content) {
    this.shard = shard;
    this.content = content;
  }

  public int shard() {
    return shard;
  }

  /** Not a copy: not to be changed. */
  public byte[] content() {
    return content;
  }
}
