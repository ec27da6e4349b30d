package dev.tidewatch.ingest.intake;

/**
 * One reading that was not stored.
 *
 * @param index which reading of its batch, from 0 over all columns
 * @param message for people
 */
public record Reject(int index, RejectReason reason, String message) {}
