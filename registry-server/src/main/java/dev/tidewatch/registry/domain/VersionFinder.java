package dev.tidewatch.registry.domain;

import java.util.List;

/** Questions over many versions. Thread-safe. */
public final class VersionFinder {
  private final RegistryStore store;

  public VersionFinder(RegistryStore store) {
    this.store = store;
  }

  public Page<ModelVersion> search(VersionFilter filter, VersionOrder order, PageRequest request) {
    return store.read(registry -> registry.index().search(filter, order, request));
  }

  /** Everything that meets a filter now. */
  public FoundVersions all(VersionFilter filter) {
    return store.read(registry -> registry.index().all(filter));
  }

  /** Some of what {@link #all} found, in the order given. */
  public List<ModelVersion> read(List<Long> ordinals) {
    return store.read(registry -> registry.index().read(ordinals));
  }

  /**
   * Versions of one moment, in the order given.
   *
   * @throws dev.tidewatch.serverkit.errors.NotFound naming the first that is missing
   */
  public List<ModelVersion> named(List<VersionName> names) {
    return store.read(registry ->
        names.stream()
            .map(name -> ModelCatalog.version(registry, name.model(), name.number()))
            .toList());
  }
}
