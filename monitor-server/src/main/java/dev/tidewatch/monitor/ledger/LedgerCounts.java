package dev.tidewatch.monitor.ledger;

import dev.tidewatch.monitor.FeedPosition;
import java.time.Instant;
import java.util.Optional;

/**
 * How much the ledger holds.
 *
 * @param joinedThrough the oldest checkpoint of all shards; NONE before the feed was first followed
 * @param oldestDue when the oldest actual that waits to be taken (again) became due; empty: none
 *     waits
 */
public record LedgerCounts(
    long predictions,
    long stepsPending,
    long stepsKnown,
    long stepsMissing,
    FeedPosition joinedThrough,
    Optional<Instant> oldestDue) {}
