package dev.tidewatch.registry.watch;

import dev.tidewatch.registry.domain.Alias;
import dev.tidewatch.registry.domain.AliasKey;
import dev.tidewatch.registry.domain.Assignment;
import dev.tidewatch.registry.domain.ChangedThing;
import dev.tidewatch.registry.domain.ModelName;
import dev.tidewatch.registry.domain.RegistryStore;
import dev.tidewatch.registry.domain.RegistryView;
import dev.tidewatch.registry.domain.Routing;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads what a watcher must be told, each time from one snapshot of the database. Thread-safe. */
public final class StateReader {
  private final RegistryStore store;

  public StateReader(RegistryStore store) {
    this.store = store;
  }

  /** The revision of the last change. */
  public long revision() {
    return store.read(RegistryView::revision);
  }

  /**
   * What leads from a position to the present: the difference if it is known, else everything.
   *
   * @param models whose things are wanted; empty means all
   */
  public Update from(Position position, Set<ModelName> models) {
    return store.read(registry -> {
      if (position.registryId().equals(registry.registryId().toString())) {
        Optional<List<ChangedThing>> changed = registry.changesAfter(position.revision());
        if (changed.isPresent()) {
          return delta(registry, changed.get(), models);
        }
      }
      return snapshot(registry, models);
    });
  }

  private static Update.Snapshot snapshot(RegistryView registry, Set<ModelName> models) {
    return new Update.Snapshot(
        registry.registryId(),
        registry.revision(),
        registry.aliases().all().stream().filter(alias -> wants(models, alias.model())).toList(),
        registry.assignments().all().stream()
            .filter(assignment -> wants(models, assignment.spec().model()))
            .toList(),
        registry.aliases().routings().stream()
            .filter(routing -> wants(models, routing.model()))
            .toList());
  }

  private static Update.Delta delta(
      RegistryView registry, List<ChangedThing> changed, Set<ModelName> models) {
    List<Alias> aliases = new ArrayList<>();
    List<Assignment> assignments = new ArrayList<>();
    List<Routing> routings = new ArrayList<>();
    List<AliasKey> removedAliases = new ArrayList<>();
    List<String> removedAssignments = new ArrayList<>();
    Set<String> assignmentsSeen = new HashSet<>();
    for (ChangedThing thing : changed) {
      if (!wants(models, thing.model())) {
        continue;
      }
      switch (thing) {
        case ChangedThing.OfAlias alias ->
            registry
                .aliases()
                .find(alias.key())
                .ifPresentOrElse(aliases::add, () -> removedAliases.add(alias.key()));
        case ChangedThing.OfRouting routing ->
            registry.aliases().routing(routing.model()).ifPresent(routings::add);
        case ChangedThing.OfAssignment assignment -> {
          // An assignment that went from one model to another was announced for both.
          if (assignmentsSeen.add(assignment.name())) {
            registry
                .assignments()
                .find(assignment.name())
                .filter(now -> wants(models, now.spec().model()))
                .ifPresentOrElse(assignments::add, () -> removedAssignments.add(assignment.name()));
          }
        }
      }
    }
    return new Update.Delta(
        registry.revision(), aliases, assignments, routings, removedAliases, removedAssignments);
  }

  private static boolean wants(Set<ModelName> models, ModelName model) {
    return models.isEmpty() || models.contains(model);
  }
}
