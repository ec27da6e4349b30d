package dev.tidewatch.registry.domain;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which versions came from which. Thread-safe. */
public final class LineageGraph {
  /** Most versions of one answer. */
  public static final int NODES_MAX = 1_000;

  private final RegistryStore store;

  public LineageGraph(RegistryStore store) {
    this.store = store;
  }

  /**
   * A version with what it came from.
   *
   * @param version empty: it is named as a parent, but the registry does not have it
   */
  public record Node(VersionName key, Optional<ModelVersion> version) {}

  /**
   * A version and those around it.
   *
   * @param nodes the one asked for first, then by distance
   * @param truncated there were more
   */
  public record Around(List<Node> nodes, boolean truncated) {
    public Around {
      nodes = List.copyOf(nodes);
    }
  }

  /**
   * Ancestors and descendants of a version: what went into it, and into what it went.
   *
   * @param depth steps in each direction
   */
  public Around around(VersionName key, int depth) {
    return store.read(registry -> {
      ModelVersion start = ModelCatalog.version(registry, key.model(), key.number());
      Map<VersionName, Node> found = new LinkedHashMap<>();
      found.put(key, new Node(key, Optional.of(start)));
      boolean truncated = walk(registry, key, depth, true, found);
      truncated |= walk(registry, key, depth, false, found);
      return new Around(new ArrayList<>(found.values()), truncated);
    });
  }

  private record Step(VersionName key, int distance) {}

  private static boolean walk(
      RegistryView registry,
      VersionName start,
      int depth,
      boolean upwards,
      Map<VersionName, Node> found) {
    var open = new ArrayDeque<Step>();
    open.add(new Step(start, 0));
    while (!open.isEmpty()) {
      Step step = open.remove();
      if (step.distance() == depth) {
        continue;
      }
      List<VersionName> next =
          upwards
              ? registry
                  .versions()
                  .find(step.key().model(), step.key().number())
                  .map(VersionFacts::parents)
                  .orElse(List.of())
              : registry.versions().children(step.key(), NODES_MAX + 1);
      for (VersionName key : next) {
        if (found.containsKey(key)) {
          continue;
        }
        if (found.size() == NODES_MAX) {
          return true;
        }
        found.put(key, new Node(key, registry.versions().find(key.model(), key.number())));
        open.add(new Step(key, step.distance() + 1));
      }
    }
    return false;
  }
}
