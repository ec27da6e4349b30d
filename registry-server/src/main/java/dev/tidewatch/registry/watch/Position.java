package dev.tidewatch.registry.watch;

/**
 * Up to where a watcher knows.
 *
 * @param registryId the life that the revision belongs to; empty where it knows nothing
 */
public record Position(String registryId, long revision) {
  /** Knows nothing. */
  public static final Position NOWHERE = new Position("", 0);
}
