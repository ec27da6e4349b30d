package dev.tidewatch.monitor.accuracy;

import dev.tidewatch.monitor.ledger.PredictionFilter;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import java.time.Duration;
import java.time.Instant;

/**
 * Which steps, and how wide a bucket is.
 *
 * @param from a step counts when its target interval starts at or after this
 * @param to and before this
 * @param bucket buckets start at multiples of it since the epoch; at least a minute, in whole
 *     microseconds
 */
public record AccuracyTrendQuestion(
    PredictionFilter filter, Instant from, Instant to, Duration bucket) {
  /** More buckets are not answered. */
  public static final int BUCKETS_MAX = 10_000;

  public AccuracyTrendQuestion {
    if (!from.isBefore(to)) {
      throw InvalidArgument.field(
          "range", "is empty: from %s to %s; to must be later".formatted(from, to));
    }
    if (bucket.compareTo(Duration.ofMinutes(1)) < 0) {
      throw InvalidArgument.field("bucket", "is %s; it must be at least 60s".formatted(bucket));
    }
    if (bucket.toNanosPart() % 1_000 != 0) {
      throw new InvalidArgument(
          "TIME_TOO_FINE", "bucket", "is finer than a microsecond; round it before sending");
    }
    // The first one may begin before the range.
    long buckets = Duration.between(from, to).dividedBy(bucket) + 2;
    if (buckets > BUCKETS_MAX) {
      throw InvalidArgument.field(
          "bucket",
          "makes %d buckets of the range; at most %d are allowed, so widen it"
              .formatted(buckets, BUCKETS_MAX));
    }
  }
}
