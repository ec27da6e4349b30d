package dev.tidewatch.registry.domain;

import java.util.Optional;

/**
 * Where a caller believes an alias to be.
 *
 * @param version empty: it does not exist
 * @param revision of its last move; 0 does not ask
 */
public record AliasExpectation(Optional<SemanticVersion> version, long revision) {
  public AliasExpectation {
    if (revision < 0) {
      throw new IllegalArgumentException("revision: " + revision);
    }
  }

  /** Whether an alias is there. */
  public boolean meets(Optional<Alias> now) {
    return version.equals(now.map(Alias::version))
        && (revision == 0 || now.map(alias -> alias.revision() == revision).orElse(false));
  }
}
