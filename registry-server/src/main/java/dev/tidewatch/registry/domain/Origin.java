package dev.tidewatch.registry.domain;

import java.util.Optional;

/**
 * Who asks for a change, and by which request.
 *
 * @param actor API key id, or {@code anonymous}
 * @param action the RPC
 * @param requestId client-made; empty where a repeat need not be recognised
 * @param digest of the request's content
 * @param traceId 32 hexadecimal digits, or empty
 */
public record Origin(
    String actor, String action, Optional<String> requestId, Sha256 digest, String traceId) {}
