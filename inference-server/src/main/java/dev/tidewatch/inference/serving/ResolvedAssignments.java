package dev.tidewatch.inference.serving;

import dev.tidewatch.inference.registry.Assignment;
import dev.tidewatch.inference.registry.Labels;
import dev.tidewatch.inference.registry.RegistryState;
import dev.tidewatch.inference.registry.Task;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which assignments count for a series, remembered for one state of the registry; not where labels
 * take part, which may change without it. Thread-safe.
 */
final class ResolvedAssignments {
  private static final int SERIES_MAX = 200_000;

  private volatile OfState newest = new OfState(RegistryState.UNHEARD);

  OfState get(RegistryState state) {
    OfState known = newest;
    if (!known.state.isSameRevisionAs(state)) {
      known = new OfState(state);
      newest = known;
    }
    return known;
  }

  /** Of one state of the registry. */
  static final class OfState {
    private final RegistryState state;
    private final boolean byNameAlone;
    private final Map<Key, List<Assignment>> known = new ConcurrentHashMap<>();

    private record Key(Task task, String series) {}

    private OfState(RegistryState state) {
      this.state = state;
      this.byNameAlone =
          state.assignments().values().stream()
              .allMatch(assignment -> assignment.selector().labels().isEmpty());
    }

    List<Assignment> resolveAll(Task task, String series, Labels labels) {
      if (!byNameAlone) {
        return state.resolveAll(task, series, labels);
      }
      if (known.size() > SERIES_MAX) {
        known.clear();
      }
      return known.computeIfAbsent(
          new Key(task, series), key -> state.resolveAll(key.task(), key.series(), labels));
    }
  }
}
