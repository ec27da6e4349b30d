package dev.tidewatch.ingest.deletion;

import java.util.UUID;

/**
 * Names a deletion, so that it is done once.
 *
 * @param owner name of the key that sent it
 * @param digest of what is asked for: a repeat must say the same
 */
public record DeletionTicket(UUID requestId, String owner, RequestDigest digest) {}
