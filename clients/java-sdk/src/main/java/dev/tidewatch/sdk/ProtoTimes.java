package dev.tidewatch.sdk;

import com.google.protobuf.Timestamp;
import dev.tidewatch.timeseries.Times;
import java.time.Duration;
import java.time.Instant;

/** Between the contract's times and those of {@code java.time}. */
public final class ProtoTimes {
  private ProtoTimes() {}

  public static Timestamp timestamp(Instant time) {
    return Timestamp.newBuilder()
        .setSeconds(time.getEpochSecond())
        .setNanos(time.getNano())
        .build();
  }

  /** Of microseconds since 1970 UTC. */
  public static Timestamp timestamp(long micros) {
    return timestamp(Times.toInstant(micros));
  }

  public static Instant instant(Timestamp time) {
    return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
  }

  /** Microseconds since 1970 UTC; what is finer is cut off. */
  public static long micros(Timestamp time) {
    return Times.floorToMicros(instant(time));
  }

  public static com.google.protobuf.Duration duration(Duration duration) {
    return com.google.protobuf.Duration.newBuilder()
        .setSeconds(duration.getSeconds())
        .setNanos(duration.getNano())
        .build();
  }

  public static Duration duration(com.google.protobuf.Duration duration) {
    return Duration.ofSeconds(duration.getSeconds(), duration.getNanos());
  }
}
