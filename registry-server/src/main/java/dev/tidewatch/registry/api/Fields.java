package dev.tidewatch.registry.api;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import dev.tidewatch.registry.domain.AliasName;
import dev.tidewatch.registry.domain.ModelName;
import dev.tidewatch.registry.domain.SemanticVersion;
import dev.tidewatch.registry.domain.Sha256;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.timeseries.TimeTooFineException;
import dev.tidewatch.timeseries.Times;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Fields of requests into values of the domain; what cannot be one is an error that names the
 * field.
 */
final class Fields {
  private static final long YEAR_1 = Instant.parse("0001-01-01T00:00:00Z").getEpochSecond();
  private static final long YEAR_10000 = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond() + 1;

  private static final long SECONDS_10000_YEARS = YEAR_10000 - YEAR_1;

  private Fields() {}

  static <T> T read(String field, Supplier<T> value) {
    try {
      return value.get();
    } catch (IllegalArgumentException e) {
      throw InvalidArgument.field(field, String.valueOf(e.getMessage()));
    }
  }

  static ModelName model(String field, String text) {
    return read(field, () -> new ModelName(text));
  }

  static AliasName alias(String field, String text) {
    return read(field, () -> new AliasName(text));
  }

  static SemanticVersion version(String field, String text) {
    return read(field, () -> SemanticVersion.parse(text));
  }

  static Sha256 sha256(String field, String text) {
    return read(field, () -> new Sha256(text));
  }

  static UUID uuid(String field, String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw InvalidArgument.field(field, "'" + text + "' is no UUID");
    }
  }

  /** An etag or revision as the server made it. */
  static long revision(String field, String etag) {
    try {
      return Long.parseLong(etag);
    } catch (NumberFormatException e) {
      throw InvalidArgument.field(field, "'" + etag + "' was not made by this server");
    }
  }

  static Optional<String> present(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  static Instant time(String field, Timestamp time) {
    if (time.getSeconds() < YEAR_1 || time.getSeconds() >= YEAR_10000) {
      throw InvalidArgument.field(field, "must be of the years 1 to 9999");
    }
    try {
      return Times.toInstant(Times.toMicros(time.getSeconds(), time.getNanos()));
    } catch (TimeTooFineException e) {
      throw new InvalidArgument(
          "TIME_TOO_FINE", field, "finer than a microsecond; round it to whole microseconds");
    } catch (IllegalArgumentException e) {
      throw InvalidArgument.field(field, String.valueOf(e.getMessage()));
    }
  }

  static java.time.Duration duration(String field, Duration duration) {
    if (Math.abs(duration.getSeconds()) > SECONDS_10000_YEARS
        || duration.getNanos() <= -1_000_000_000
        || duration.getNanos() >= 1_000_000_000) {
      throw InvalidArgument.field(field, "must be less than 10,000 years");
    }
    if (duration.getNanos() % 1_000 != 0) {
      throw new InvalidArgument(
          "TIME_TOO_FINE", field, "finer than a microsecond; round it to whole microseconds");
    }
    return java.time.Duration.ofSeconds(duration.getSeconds(), duration.getNanos());
  }

  static Timestamp time(Instant time) {
    return Timestamp.newBuilder()
        .setSeconds(time.getEpochSecond())
        .setNanos(time.getNano())
        .build();
  }
}
