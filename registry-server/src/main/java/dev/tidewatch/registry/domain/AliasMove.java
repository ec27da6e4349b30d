package dev.tidewatch.registry.domain;

import java.util.Optional;

/**
 * One alias to move.
 *
 * @param to empty removes it
 * @param expected empty moves it wherever it is
 */
public record AliasMove(
    AliasKey key, Optional<SemanticVersion> to, Optional<AliasExpectation> expected) {}
