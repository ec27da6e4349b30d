package dev.tidewatch.registry.domain;

import java.util.List;
import java.util.SortedSet;

/**
 * All versions that meet a filter at one moment, by number only: eight bytes a version.
 *
 * @param ordinals newest first, to be read with {@link VersionIndex#read}
 * @param metrics names of all their metrics
 * @param tagKeys keys of all their tags
 */
public record FoundVersions(
    List<Long> ordinals, SortedSet<String> metrics, SortedSet<String> tagKeys) {
  public FoundVersions {
    ordinals = List.copyOf(ordinals);
  }
}
