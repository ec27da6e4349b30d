package dev.tidewatch.ingest.intake;

import dev.tidewatch.ingest.feed.FeedPosition;

/**
 * A batch that is durable.
 *
 * @param position the commit that holds it
 * @param replayed true if an earlier sending did it
 */
public record CommittedBatch(FeedPosition position, BatchOutcome outcome, boolean replayed) {}
