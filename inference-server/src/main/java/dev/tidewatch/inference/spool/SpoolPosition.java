package dev.tidewatch.inference.spool;

/**
 * A place between two records.
 *
 * @param segment number of the file
 * @param offset bytes from its beginning
 */
public record SpoolPosition(long segment, long offset) {
  public SpoolPosition {
    if (segment < 0 || offset < 0) {
      throw new IllegalArgumentException("segment %d, offset %d".formatted(segment, offset));
    }
  }
}
