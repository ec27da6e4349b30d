package dev.tidewatch.ingest.intake;

import dev.tidewatch.ingest.feed.FeedPosition;

/**
 * A writer as it stands on disk after it was opened.
 *
 * @param lastSequence the newest committed batch; 0: none
 * @param sourcePosition as sent with that batch
 * @param head the newest commit of the feed
 */
public record OpenedWriter(
    WriterTicket ticket, long lastSequence, SourcePosition sourcePosition, FeedPosition head) {}
