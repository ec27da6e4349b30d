package dev.tidewatch.registry.watch;

import dev.tidewatch.registry.domain.Alias;
import dev.tidewatch.registry.domain.AliasKey;
import dev.tidewatch.registry.domain.Assignment;
import dev.tidewatch.registry.domain.Routing;
import java.util.List;
import java.util.UUID;

/** What a watcher is told. */
public sealed interface Update {
  /** The state that the watcher holds after it. */
  long revision();

  /** Everything, in place of whatever the watcher knew. */
  record Snapshot(
      UUID registryId,
      long revision,
      List<Alias> aliases,
      List<Assignment> assignments,
      List<Routing> routings)
      implements Update {
    public Snapshot {
      aliases = List.copyOf(aliases);
      assignments = List.copyOf(assignments);
      routings = List.copyOf(routings);
    }
  }

  /** What changed, each thing in its last state. */
  record Delta(
      long revision,
      List<Alias> aliases,
      List<Assignment> assignments,
      List<Routing> routings,
      List<AliasKey> removedAliases,
      List<String> removedAssignments)
      implements Update {
    public Delta {
      aliases = List.copyOf(aliases);
      assignments = List.copyOf(assignments);
      routings = List.copyOf(routings);
      removedAliases = List.copyOf(removedAliases);
      removedAssignments = List.copyOf(removedAssignments);
    }

    /** Nothing that the watcher asked for changed. */
    public boolean isEmpty() {
      return aliases.isEmpty()
          && assignments.isEmpty()
          && routings.isEmpty()
          && removedAliases.isEmpty()
          && removedAssignments.isEmpty();
    }
  }
}
