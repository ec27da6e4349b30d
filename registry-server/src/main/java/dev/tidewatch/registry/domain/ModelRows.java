package dev.tidewatch.registry.domain;

import java.util.Optional;

/** Models, as they are stored. */
public interface ModelRows {
  Optional<Model> find(ModelName name);

  /** By name, ascending; the page key is the name. */
  Page<Model> page(ModelFilter filter, PageRequest request);

  void insert(Model model);

  /** Writes description, tags, archived, revision and update time. */
  void update(Model model);
}
