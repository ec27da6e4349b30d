package dev.tidewatch.ingest.intake;

import java.util.UUID;

/**
 * Names a unary request, so that it is done once.
 *
 * @param owner name of the key that sent it
 */
public record RequestTicket(UUID requestId, String owner) {}
