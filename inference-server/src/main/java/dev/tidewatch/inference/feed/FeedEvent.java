package dev.tidewatch.inference.feed;

import java.util.List;

/**
 * One message of the feed.
 *
 * @param through everything up to here was sent, this message included
 * @param head newest commit that ingest told of; at least {@code through}
 * @param sections empty for a heartbeat
 */
public record FeedEvent(FeedPosition through, FeedPosition head, List<FeedSection> sections) {
  public FeedEvent {
    sections = List.copyOf(sections);
  }
}
