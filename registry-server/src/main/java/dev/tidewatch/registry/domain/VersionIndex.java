package dev.tidewatch.registry.domain;

import java.util.List;

/** Finds versions among very many. */
public interface VersionIndex {
  /** The page key says where the order went on. */
  Page<ModelVersion> search(VersionFilter filter, VersionOrder order, PageRequest request);

  /** Everything that meets a filter. */
  FoundVersions all(VersionFilter filter);

  /** Versions by ordinal, in the order given; ordinals that are gone are left out. */
  List<ModelVersion> read(List<Long> ordinals);
}
