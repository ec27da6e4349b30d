package dev.tidewatch.ingest.feed;

import java.time.Instant;
import java.util.List;

/**
 * One commit.
 *
 * @param commitTime by the domain clock
 * @param sections encoded, in the order of shards; only those that were asked for
 */
public record FeedBlock(FeedPosition position, Instant commitTime, List<EncodedSection> sections) {
  public FeedBlock {
    sections = List.copyOf(sections);
  }

  public long byteCount() {
    long bytes = 0;
    for (EncodedSection section : sections) {
      bytes += section.content().length;
    }
    return bytes;
  }
}
