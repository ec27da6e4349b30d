package dev.tidewatch.registry.domain;

import java.util.Optional;

/**
 * Which models are wanted.
 *
 * @param prefix that names begin with; empty means all
 */
public record ModelFilter(String prefix, boolean includeArchived, Optional<Task> task) {
  public static final ModelFilter ALL = new ModelFilter("", true, Optional.empty());
}
