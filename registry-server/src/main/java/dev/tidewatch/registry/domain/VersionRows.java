package dev.tidewatch.registry.domain;

import java.util.Optional;

/** Versions, as they are stored. */
public interface VersionRows {
  Optional<ModelVersion> find(ModelName model, SemanticVersion number);

  Optional<ModelVersion> highestReady(ModelName model);

  /** Highest number first; the page key is the number. */
  Page<ModelVersion> page(ModelName model, Optional<VersionState> state, PageRequest request);

  void insert(ModelVersion version);
}
