package dev.tidewatch.registry.domain;

import java.util.Optional;

/**
 * How versions that were found are ordered.
 *
 * @param metric by its values, versions without it last; empty is newest first
 * @param descending most first; means something with a metric only
 */
public record VersionOrder(Optional<String> metric, boolean descending) {
  public static final VersionOrder NEWEST_FIRST = new VersionOrder(Optional.empty(), true);
}
