package dev.tidewatch.ingest.intake;

/**
 * What one stream may have under way, unacknowledged.
 *
 * @param batches at most
 * @param readings at most; a single batch may have more
 */
public record StreamShare(int batches, int readings) {
  public StreamShare {
    if (batches < 1 || readings < 1) {
      throw new IllegalArgumentException("a share of nothing");
    }
  }

  /** True if a client that knows the other share should be told of this one. */
  public boolean differsMuchFrom(StreamShare told) {
    return readings <= told.readings / 2
        || readings / 2 >= told.readings
        || batches <= told.batches / 2
        || batches / 2 >= told.batches;
  }
}
