package dev.tidewatch.inference.serving;

import dev.tidewatch.inference.registry.AliasKey;
import dev.tidewatch.inference.registry.Artifact;
import dev.tidewatch.inference.registry.Assignment;
import dev.tidewatch.inference.registry.RegistryState;
import dev.tidewatch.inference.registry.VersionKey;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The versions that something names.
 *
 * @param artifacts null where only the number is known
 * @param pinned by an assignment: work is done with them that nobody waits for, so that they are
 *     not put out to make room
 */
record WantedVersions(Map<VersionKey, @Nullable Artifact> artifacts, Set<VersionKey> pinned) {
  static final WantedVersions NONE = new WantedVersions(Map.of(), Set.of());

  WantedVersions {
    artifacts = Collections.unmodifiableMap(artifacts);
    pinned = Set.copyOf(pinned);
  }

  static WantedVersions of(RegistryState registry, Collection<VersionKey> requested) {
    var artifacts = new LinkedHashMap<VersionKey, @Nullable Artifact>();
    var pinned = new HashSet<VersionKey>();
    for (Artifact artifact : registry.aliases().values()) {
      artifacts.put(artifact.version(), artifact);
    }
    for (Assignment assignment : registry.assignments().values()) {
      if (assignment.disabled()) {
        continue;
      }
      if (assignment.version() != null) {
        var key = new VersionKey(assignment.model(), assignment.version());
        artifacts.putIfAbsent(key, null);
        pinned.add(key);
      } else if (assignment.alias() != null) {
        Artifact named =
            registry.aliases().get(new AliasKey(assignment.model(), assignment.alias()));
        if (named != null) {
          pinned.add(named.version());
        }
      }
    }
    requested.forEach(key -> artifacts.putIfAbsent(key, null));
    return new WantedVersions(artifacts, pinned);
  }

  boolean contains(VersionKey key) {
    return artifacts.containsKey(key);
  }
}
