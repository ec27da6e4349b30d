package dev.tidewatch.registry.domain;

import java.time.Instant;

/**
 * One change, and who made it.
 *
 * @param ordinal place among the entries of one revision
 * @param action the RPC
 * @param model empty where it concerns none
 * @param reason in the caller's words; may be empty
 */
public record AuditEntry(
    long revision,
    int ordinal,
    Instant time,
    String actor,
    String action,
    String model,
    String subject,
    String description,
    String reason,
    String requestId,
    String traceId) {}
