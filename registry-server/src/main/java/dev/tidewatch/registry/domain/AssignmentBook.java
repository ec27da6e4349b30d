package dev.tidewatch.registry.domain;

import dev.tidewatch.serverkit.errors.AlreadyExists;
import dev.tidewatch.serverkit.errors.FailedPrecondition;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.timeseries.Times;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** Which model runs on which series. Thread-safe. */
public final class AssignmentBook {
  private final RegistryStore store;
  private final InstantSource clock;

  public AssignmentBook(RegistryStore store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
  }

  public Assignment create(Origin origin, AssignmentSpec spec) {
    return store.change(
        origin,
        registry -> {
          registry.once(() -> {
            if (registry.assignments().find(spec.name()).isPresent()) {
              throw new AlreadyExists(
                      "ASSIGNMENT_EXISTS", "assignment: '" + spec.name() + "' is taken")
                  .with("assignment", spec.name());
            }
            requirePossible(registry, spec);
            Instant now = now();
            registry
                .assignments()
                .insert(new Assignment(spec, registry.nextRevision(), now, now, origin.actor()));
            tell(registry, spec, "made the assignment");
            return spec.name();
          });
          return assignment(registry, spec.name());
        });
  }

  public Assignment get(String name) {
    return store.read(registry -> assignment(registry, name));
  }

  public Page<Assignment> list(
      Optional<ModelName> model, Optional<Task> task, PageRequest request) {
    return store.read(registry -> registry.assignments().page(model, task, request));
  }

  /**
   * Replaces an assignment as a whole.
   *
   * @param basedOn the revision that the caller read
   */
  public Assignment update(Origin origin, AssignmentSpec spec, long basedOn) {
    return store.change(
        origin,
        registry -> {
          registry.once(() -> {
            Assignment before = assignment(registry, spec.name());
            ModelCatalog.requireEtag(
                before.revision(), basedOn, "assignment '" + spec.name() + "'");
            requirePossible(registry, spec);
            registry
                .assignments()
                .update(
                    new Assignment(
                        spec, registry.nextRevision(), before.createdAt(), now(), origin.actor()));
            if (!before.spec().model().equals(spec.model())) {
              registry.announce(new ChangedThing.OfAssignment(before.spec().model(), spec.name()));
            }
            tell(registry, spec, "changed the assignment");
            return spec.name();
          });
          return assignment(registry, spec.name());
        });
  }

  /**
   * Deletes an assignment.
   *
   * @param basedOn the revision that the caller read; empty deletes whatever it is now
   */
  public void delete(Origin origin, String name, OptionalLong basedOn) {
    String deleted =
        store.change(
            origin,
            registry ->
                registry.once(() -> {
                  Assignment before = assignment(registry, name);
                  basedOn.ifPresent(revision ->
                      ModelCatalog.requireEtag(
                          before.revision(), revision, "assignment '" + name + "'"));
                  registry.nextRevision();
                  registry.assignments().delete(name);
                  tell(registry, before.spec(), "deleted the assignment");
                  return name;
                }));
    if (!deleted.equals(name)) {
      throw new IllegalStateException("deleted '" + deleted + "' instead of '" + name + "'");
    }
  }

  /** The assignments that count for a series, at most one of each task and slot. */
  public List<Assignment> resolve(
      SeriesName series, Map<String, String> labels, Optional<Task> task) {
    List<Assignment> all = store.read(registry -> registry.assignments().all());
    return mostSpecific(
        all.stream()
            .filter(candidate -> task.map(candidate.spec().task()::equals).orElse(true))
            .toList(),
        series,
        labels);
  }

  /** Of several assignments, those that count for a series; by task and slot. */
  static List<Assignment> mostSpecific(
      List<Assignment> assignments, SeriesName series, Map<String, String> labels) {
    Comparator<SeriesSelector> rank = SeriesSelector.bySpecificity();
    Map<String, Assignment> best = new TreeMap<>();
    for (Assignment assignment : assignments) {
      AssignmentSpec spec = assignment.spec();
      if (spec.selector().matches(series, labels)) {
        best.merge(
            spec.task() + "/" + spec.slot(),
            assignment,
            (a, b) -> rank.compare(a.spec().selector(), b.spec().selector()) >= 0 ? a : b);
      }
    }
    return List.copyOf(best.values());
  }

  private static void requirePossible(RegistryView registry, AssignmentSpec spec) {
    Model model = ModelCatalog.model(registry, spec.model());
    if (model.task() != spec.task()) {
      throw new FailedPrecondition(
              "TASK_MISMATCH",
              "task: model '" + model.name() + "' is for " + model.task() + ", not " + spec.task())
          .with("model", model.name().value());
    }
    for (Assignment other :
        registry.assignments().besides(spec.task(), spec.slot(), spec.selector())) {
      if (!other.name().equals(spec.name()) && other.spec().selector().tiesWith(spec.selector())) {
        throw new FailedPrecondition(
                "ASSIGNMENT_TIE",
                "selector: assignment '"
                    + other.name()
                    + "' has the same rank for some series; make one more specific, or use another slot")
            .with("assignment", other.name());
      }
    }
  }

  private static void tell(RegistryChange registry, AssignmentSpec spec, String what) {
    registry.announce(new ChangedThing.OfAssignment(spec.model(), spec.name()));
    registry.audit(spec.model().value(), spec.name(), what, "");
  }

  private static Assignment assignment(RegistryView registry, String name) {
    return registry.assignments().find(name).orElseThrow(() -> Missing.assignment(name));
  }

  private Instant now() {
    return Times.toInstant(Times.floorToMicros(clock.instant()));
  }
}
