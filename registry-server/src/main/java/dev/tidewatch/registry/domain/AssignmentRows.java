package dev.tidewatch.registry.domain;

import java.util.List;
import java.util.Optional;

/** Assignments, as they are stored. */
public interface AssignmentRows {
  Optional<Assignment> find(String name);

  /** By name, ascending; the page key is the name. */
  Page<Assignment> page(Optional<ModelName> model, Optional<Task> task, PageRequest request);

  /** Everything, by name; for snapshots and resolving. */
  List<Assignment> all();

  /** Those of a task and slot with the same exact name and prefix: the only ones that can tie. */
  List<Assignment> besides(Task task, String slot, SeriesSelector selector);

  void insert(Assignment assignment);

  void update(Assignment assignment);

  void delete(String name);
}
