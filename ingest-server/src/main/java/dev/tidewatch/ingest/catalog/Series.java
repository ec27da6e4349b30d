package dev.tidewatch.ingest.catalog;

import java.time.Instant;

/**
 * A series of the catalogue.
 *
 * @param id never used again, even when the name is
 * @param shard which section of a feed block carries it
 * @param revision catalogue revision of its last change; 0 if it never changed since creation
 * @param deleted true for a tombstone
 */
public record Series(
    int id,
    int shard,
    SeriesDescription description,
    boolean autoCreated,
    Instant createTime,
    Instant updateTime,
    long revision,
    boolean deleted) {

  /** Changes with every change of the series. */
  public String etag() {
    return id + "-" + revision;
  }

  public String name() {
    return description.name().value();
  }
}
