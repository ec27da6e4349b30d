package dev.tidewatch.inference.serving;

import dev.tidewatch.inference.registry.AliasKey;
import dev.tidewatch.inference.registry.RegistryState;
import dev.tidewatch.inference.registry.VersionKey;
import dev.tidewatch.inference.serving.VersionStatus.State;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Who answers at one moment. Immutable; replaced as a whole, so that a request sees all of the old
 * or all of the new.
 *
 * @param routes the version of each alias: the one that it names or, until that is ready, the one
 *     that it named before
 * @param versions by number
 */
record Resident(Map<AliasKey, ServedVersion> routes, Map<VersionKey, ServedVersion> versions) {
  static final Resident NONE = new Resident(Map.of(), Map.of());

  Resident {
    routes = Map.copyOf(routes);
    versions = Map.copyOf(versions);
  }

  /**
   * @param lives of what the registry names
   * @param former lives that may still be routed to
   * @param isHeldOut models that go without their former versions
   */
  Resident next(
      RegistryState registry,
      Map<VersionKey, VersionLife> lives,
      Collection<VersionLife> former,
      Predicate<String> isHeldOut) {
    Set<ServedVersion> ready = new HashSet<>();
    var current = new HashMap<VersionKey, ServedVersion>();
    for (VersionLife life : lives.values()) {
      ServedVersion served = ready(life);
      if (served != null) {
        ready.add(served);
        current.put(life.key(), served);
      }
    }
    for (VersionLife life : former) {
      ServedVersion served = ready(life);
      if (served != null) {
        ready.add(served);
      }
    }
    var next = new HashMap<AliasKey, ServedVersion>();
    registry
        .aliases()
        .forEach((alias, artifact) -> {
          ServedVersion named = current.get(artifact.version());
          ServedVersion before = routes.get(alias);
          if (named != null) {
            next.put(alias, named);
          } else if (before != null && ready.contains(before) && !isHeldOut.test(alias.model())) {
            next.put(alias, before);
          }
        });
    return new Resident(next, current);
  }

  private static @Nullable ServedVersion ready(VersionLife life) {
    return life.state() == State.READY ? life.served() : null;
  }
}
