package dev.tidewatch.inference.registry;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What the registry said, at one revision. Immutable.
 *
 * @param registryId the life of its database; empty before it was ever heard
 * @param revision rises with every change
 * @param routings by model; a model without one is the champion's alone
 */
public record RegistryState(
    String registryId,
    long revision,
    Map<AliasKey, Artifact> aliases,
    Map<String, Assignment> assignments,
    Map<String, Routing> routings) {
  public static final RegistryState UNHEARD = new RegistryState("", 0, Map.of(), Map.of());

  private static final Comparator<Assignment> MOST_SPECIFIC_FIRST =
      Comparator.comparing(Assignment::selector, SeriesSelector.MOST_SPECIFIC_FIRST);

  public RegistryState {
    aliases = Map.copyOf(aliases);
    assignments = Map.copyOf(assignments);
    routings = Map.copyOf(routings);
  }

  public RegistryState(
      String registryId,
      long revision,
      Map<AliasKey, Artifact> aliases,
      Map<String, Assignment> assignments) {
    this(registryId, revision, aliases, assignments, Map.of());
  }

  /** How the model's requests are shared. */
  public Routing routing(String model) {
    return routings.getOrDefault(model, Routing.NONE);
  }

  /** True for the same revision of the same registry. */
  public boolean isSameRevisionAs(RegistryState other) {
    return revision == other.revision && registryId.equals(other.registryId);
  }

  public boolean isHeard() {
    return !registryId.isEmpty();
  }

  /** True if the model has any alias: what this server can know of a model's existence. */
  public boolean knowsModel(String model) {
    return aliases.keySet().stream().anyMatch(key -> key.model().equals(model));
  }

  /** The assignment that counts for a series in one slot; empty also where it is disabled. */
  public Optional<Assignment> resolve(Task task, String slot, String series, Labels labels) {
    return matching(task, series, labels)
        .filter(assignment -> assignment.slot().equals(slot))
        .min(MOST_SPECIFIC_FIRST)
        .filter(assignment -> !assignment.disabled());
  }

  /**
   * The assignments that count for a series, at most one per slot, by slot; without disabled ones.
   */
  public List<Assignment> resolveAll(Task task, String series, Labels labels) {
    var bySlot = new TreeMap<String, Assignment>();
    matching(task, series, labels)
        .sorted(MOST_SPECIFIC_FIRST)
        .forEach(assignment -> bySlot.putIfAbsent(assignment.slot(), assignment));
    return bySlot.values().stream().filter(assignment -> !assignment.disabled()).toList();
  }

  private Stream<Assignment> matching(Task task, String series, Labels labels) {
    return assignments.values().stream()
        .filter(assignment -> assignment.task() == task)
        .filter(assignment -> assignment.selector().matchesName(series))
        .filter(assignment ->
            assignment.selector().labels().isEmpty()
                || assignment.selector().matchesLabels(labels.of(series)));
  }
}
