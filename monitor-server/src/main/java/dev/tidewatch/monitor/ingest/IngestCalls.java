package dev.tidewatch.monitor.ingest;

import com.google.protobuf.Timestamp;
import dev.tidewatch.serverkit.errors.Unavailable;
import dev.tidewatch.timeseries.Times;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;

/** Calls of ingest, which may be away, and the times in them. */
final class IngestCalls {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private IngestCalls() {}

  /**
   * Makes calls and returns what came of them.
   *
   * @throws Unavailable INGEST_UNAVAILABLE
   */
  static <T> T ask(Supplier<T> calls) {
    try {
      return calls.get();
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() == Status.Code.UNAVAILABLE) {
        throw new Unavailable(
            "INGEST_UNAVAILABLE",
            "ingest does not answer: " + e.getStatus().getDescription(),
            RETRY_AFTER,
            e);
      }
      throw e;
    }
  }

  static Timestamp timestamp(Instant time) {
    return Timestamp.newBuilder()
        .setSeconds(time.getEpochSecond())
        .setNanos(time.getNano())
        .build();
  }

  static Timestamp timestamp(long micros) {
    return timestamp(Times.toInstant(micros));
  }

  static Instant instant(Timestamp time) {
    return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
  }
}
