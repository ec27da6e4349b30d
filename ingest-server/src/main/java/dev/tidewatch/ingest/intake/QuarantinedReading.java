package dev.tidewatch.ingest.intake;

import java.time.Instant;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * A rejected reading as it was sent.
 *
 * @param id grows with time
 * @param timeMicros empty if none was sent, or none that 64 bits of microseconds hold
 * @param value empty if none was sent
 * @param writerId empty for a unary request
 * @param sequence 0 for a unary request
 * @param index which reading of its batch
 */
public record QuarantinedReading(
    long id,
    String series,
    OptionalLong timeMicros,
    OptionalDouble value,
    int quality,
    RejectReason reason,
    String message,
    String writerId,
    long sequence,
    int index,
    Instant rejectTime) {}
