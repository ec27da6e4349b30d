package dev.tidewatch.registry.domain;

import java.util.List;
import java.util.Optional;

/** Versions, as they are stored. */
public interface VersionRows {
  /** Versions whose lineage names this one as a parent, by model and number; at most so many. */
  List<VersionName> children(VersionName parent, int limit);

  Optional<ModelVersion> find(ModelName model, SemanticVersion number);

  Optional<ModelVersion> highestReady(ModelName model);

  /** Highest number first; the page key is the number. */
  Page<ModelVersion> page(ModelName model, Optional<VersionState> state, PageRequest request);

  void insert(ModelVersion version);

  /** In the order given when it was made. */
  List<SmokeInput> smokeInputs(ModelVersion version);

  void insertSmokeInputs(ModelVersion version, List<SmokeInput> inputs);

  /**
   * Moves a pending version to another state.
   *
   * @param signature replaces that of the version, where given
   */
  void decide(
      ModelVersion version,
      VersionState state,
      String reason,
      Optional<Document> signature,
      long revision);
}
