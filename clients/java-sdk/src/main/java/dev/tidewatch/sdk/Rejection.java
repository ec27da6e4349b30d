package dev.tidewatch.sdk;

/**
 * A reading that the server did not store. It is in quarantine there.
 *
 * @param series as sent
 * @param timeMicros as sent, microseconds since 1970 UTC
 * @param value as sent
 * @param reason stable: {@code TIME_IN_FUTURE}, {@code VALUE_OUT_OF_RANGE}, {@code DUPLICATE}, …
 * @param retryCanHelp true if sending the same reading later may succeed
 * @param message for people; may be empty
 */
public record Rejection(
    String series,
    long timeMicros,
    double value,
    String reason,
    boolean retryCanHelp,
    String message) {}
