package dev.tidewatch.registry.domain;

import java.time.Instant;
import java.util.Optional;

/**
 * Evidence to attach.
 *
 * @param artifact that was tried
 * @param foundAt when, as the finder says
 * @param data SHA-256 over what it was found on
 */
public record NewEvidence(
    VersionName version,
    Sha256 artifact,
    Instant foundAt,
    Optional<Sha256> data,
    Finding finding) {}
