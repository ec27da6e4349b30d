package dev.tidewatch.ingest.intake;

import java.util.List;

/**
 * What is answered for a batch, now and whenever it is sent again.
 *
 * @param digest of the content it was answered for
 * @param rejects in the order of indexes
 */
public record BatchOutcome(BatchDigest digest, Counts counts, List<Reject> rejects) {
  public BatchOutcome {
    rejects = List.copyOf(rejects);
    if (counts.rejected() != rejects.size()) {
      throw new IllegalArgumentException(
          "%d rejected but %d rejects".formatted(counts.rejected(), rejects.size()));
    }
  }
}
