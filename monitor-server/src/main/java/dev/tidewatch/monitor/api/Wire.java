package dev.tidewatch.monitor.api;

import com.google.protobuf.Timestamp;
import dev.tidewatch.monitor.ContentId;
import dev.tidewatch.monitor.FeedPosition;
import dev.tidewatch.monitor.TextField;
import dev.tidewatch.monitor.TimeSpan;
import dev.tidewatch.monitor.anomaly.Severity;
import dev.tidewatch.monitor.ledger.PredictionRole;
import dev.tidewatch.proto.monitor.v1.Role;
import dev.tidewatch.proto.monitor.v1.TimeRange;
import dev.tidewatch.proto.type.v1.FeedToken;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.timeseries.Aggregation;
import dev.tidewatch.timeseries.Fill;
import dev.tidewatch.timeseries.Grid;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.timeseries.TimeTooFineException;
import dev.tidewatch.timeseries.Times;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;

/** Between messages and domain types. Every failure names the field. */
final class Wire {
  private static final ZoneId UTC = ZoneId.of("UTC");

  private Wire() {}

  static Instant time(String field, Timestamp time) {
    try {
      return Times.toInstant(Times.toMicros(time.getSeconds(), time.getNanos()));
    } catch (TimeTooFineException e) {
      throw new InvalidArgument(
          "TIME_TOO_FINE", field, "is finer than a microsecond; round it before sending");
    } catch (IllegalArgumentException e) {
      throw InvalidArgument.field(field, e.getMessage() == null ? "is no time" : e.getMessage());
    }
  }

  static Timestamp time(Instant time) {
    return Timestamp.newBuilder()
        .setSeconds(time.getEpochSecond())
        .setNanos(time.getNano())
        .build();
  }

  static com.google.protobuf.Duration duration(Duration duration) {
    return com.google.protobuf.Duration.newBuilder()
        .setSeconds(duration.getSeconds())
        .setNanos(duration.getNano())
        .build();
  }

  static Duration duration(com.google.protobuf.Duration duration) {
    return Duration.ofSeconds(duration.getSeconds(), duration.getNanos());
  }

  static TimeSpan span(String field, TimeRange range) {
    Optional<Instant> from =
        range.hasFrom() ? Optional.of(time(field + ".from", range.getFrom())) : Optional.empty();
    Optional<Instant> to =
        range.hasTo() ? Optional.of(time(field + ".to", range.getTo())) : Optional.empty();
    if (from.isPresent() && to.isPresent() && to.get().isBefore(from.get())) {
      throw InvalidArgument.field(
          field + ".to", "is %s, before from (%s)".formatted(to.get(), from.get()));
    }
    return new TimeSpan(from, to);
  }

  /** A range both bounds of which are given; {@code to} is not before {@code from}. */
  record Bounds(Instant from, Instant to) {}

  static Bounds bounds(String field, TimeRange range) {
    TimeSpan span = span(field, range);
    return new Bounds(
        span.from().orElseThrow(() -> noBound(field + ".from")),
        span.to().orElseThrow(() -> noBound(field + ".to")));
  }

  private static InvalidArgument noBound(String field) {
    return InvalidArgument.field(field, "is missing; both bounds are needed");
  }

  static TimeRange range(Instant from, Instant to) {
    return TimeRange.newBuilder().setFrom(time(from)).setTo(time(to)).build();
  }

  static SeriesName series(String field, String name) {
    try {
      return new SeriesName(name);
    } catch (IllegalArgumentException e) {
      throw InvalidArgument.field(
          field, e.getMessage() == null ? "is no series name" : e.getMessage());
    }
  }

  static UUID id(String field, String text) {
    try {
      return ContentId.parse(text);
    } catch (IllegalArgumentException e) {
      throw InvalidArgument.field(field, "must be 32 hexadecimal digits");
    }
  }

  /** A client's own id, in the usual form of 36 characters. */
  static UUID uuid(String field, String text) {
    try {
      UUID id = UUID.fromString(text);
      if (text.length() == 36) {
        return id;
      }
    } catch (IllegalArgumentException e) {
      throw noUuid(field);
    }
    throw noUuid(field);
  }

  private static InvalidArgument noUuid(String field) {
    return InvalidArgument.field(
        field, "is no UUID; make one per request, and keep it for retries");
  }

  static FeedPosition position(String field, FeedToken token) {
    if (token.getEpoch() < 0 || token.getPosition() < 0) {
      throw InvalidArgument.field(field, "epoch and position must be at least 0");
    }
    return new FeedPosition(token.getEpoch(), token.getPosition());
  }

  static FeedToken token(FeedPosition position) {
    return FeedToken.newBuilder()
        .setEpoch(position.epoch())
        .setPosition(position.position())
        .build();
  }

  static Grid grid(String field, dev.tidewatch.proto.type.v1.Grid grid) {
    if (!grid.hasStep()) {
      throw InvalidArgument.field(field + ".step", "is missing; a grid needs a step");
    }
    try {
      return new Grid(
          duration(grid.getStep()),
          zone(field + ".time_zone", grid.getTimeZone()),
          aggregation(field + ".aggregation", grid.getAggregation()),
          fill(field + ".fill", grid.getFill()),
          grid.getFillIntervalsMax(),
          duration(grid.getLateness()));
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw InvalidArgument.field(field, e.getMessage() == null ? "is no grid" : e.getMessage());
    }
  }

  static ZoneId zone(String field, String name) {
    if (name.isEmpty()) {
      return UTC;
    }
    try {
      ZoneId zone = ZoneId.of(name);
      return zone.normalized().equals(ZoneOffset.UTC) ? UTC : zone;
    } catch (DateTimeException e) {
      throw InvalidArgument.field(
          field, "is no time zone of the IANA database; write one like Europe/Berlin");
    }
  }

  private static Aggregation aggregation(
      String field, dev.tidewatch.proto.type.v1.Aggregation aggregation) {
    return switch (aggregation) {
      case AGGREGATION_UNSPECIFIED, AGGREGATION_MEAN -> Aggregation.MEAN;
      case AGGREGATION_LAST -> Aggregation.LAST;
      case AGGREGATION_SUM -> Aggregation.SUM;
      case AGGREGATION_MAX -> Aggregation.MAX;
      case AGGREGATION_MIN -> Aggregation.MIN;
      case UNRECOGNIZED -> throw unknownEnum(field);
    };
  }

  private static Fill fill(String field, dev.tidewatch.proto.type.v1.Fill fill) {
    return switch (fill) {
      case FILL_UNSPECIFIED, FILL_NONE -> Fill.NONE;
      case FILL_PREVIOUS -> Fill.PREVIOUS;
      case FILL_LINEAR -> Fill.LINEAR;
      case UNRECOGNIZED -> throw unknownEnum(field);
    };
  }

  static dev.tidewatch.proto.type.v1.Grid grid(Grid grid) {
    return dev.tidewatch.proto.type.v1.Grid.newBuilder()
        .setStep(duration(grid.step()))
        .setTimeZone(grid.zone().getId())
        .setAggregation(
            switch (grid.aggregation()) {
              case MEAN -> dev.tidewatch.proto.type.v1.Aggregation.AGGREGATION_MEAN;
              case LAST -> dev.tidewatch.proto.type.v1.Aggregation.AGGREGATION_LAST;
              case SUM -> dev.tidewatch.proto.type.v1.Aggregation.AGGREGATION_SUM;
              case MAX -> dev.tidewatch.proto.type.v1.Aggregation.AGGREGATION_MAX;
              case MIN -> dev.tidewatch.proto.type.v1.Aggregation.AGGREGATION_MIN;
            })
        .setFill(
            switch (grid.fill()) {
              case NONE -> dev.tidewatch.proto.type.v1.Fill.FILL_NONE;
              case PREVIOUS -> dev.tidewatch.proto.type.v1.Fill.FILL_PREVIOUS;
              case LINEAR -> dev.tidewatch.proto.type.v1.Fill.FILL_LINEAR;
            })
        .setFillIntervalsMax(grid.fillIntervalsMax())
        .setLateness(duration(grid.lateness()))
        .build();
  }

  /** Empty for an unspecified role. */
  static Optional<PredictionRole> role(String field, Role role) {
    return switch (role) {
      case ROLE_UNSPECIFIED -> Optional.empty();
      case ROLE_CHAMPION -> Optional.of(PredictionRole.CHAMPION);
      case ROLE_CANARY -> Optional.of(PredictionRole.CANARY);
      case ROLE_SHADOW -> Optional.of(PredictionRole.SHADOW);
      case UNRECOGNIZED -> throw unknownEnum(field);
    };
  }

  static Role role(PredictionRole role) {
    return switch (role) {
      case CHAMPION -> Role.ROLE_CHAMPION;
      case CANARY -> Role.ROLE_CANARY;
      case SHADOW -> Role.ROLE_SHADOW;
    };
  }

  /** Empty for an unspecified severity. */
  static Optional<Severity> severity(
      String field, dev.tidewatch.proto.monitor.v1.Severity severity) {
    return switch (severity) {
      case SEVERITY_UNSPECIFIED -> Optional.empty();
      case SEVERITY_LOW -> Optional.of(Severity.LOW);
      case SEVERITY_MEDIUM -> Optional.of(Severity.MEDIUM);
      case SEVERITY_HIGH -> Optional.of(Severity.HIGH);
      case SEVERITY_CRITICAL -> Optional.of(Severity.CRITICAL);
      case UNRECOGNIZED -> throw unknownEnum(field);
    };
  }

  static dev.tidewatch.proto.monitor.v1.Severity severity(Severity severity) {
    return switch (severity) {
      case LOW -> dev.tidewatch.proto.monitor.v1.Severity.SEVERITY_LOW;
      case MEDIUM -> dev.tidewatch.proto.monitor.v1.Severity.SEVERITY_MEDIUM;
      case HIGH -> dev.tidewatch.proto.monitor.v1.Severity.SEVERITY_HIGH;
      case CRITICAL -> dev.tidewatch.proto.monitor.v1.Severity.SEVERITY_CRITICAL;
    };
  }

  /** Empty for an empty text; refuses U+0000, which the database cannot hold. */
  static Optional<String> text(String field, String text) {
    TextField.require(field, text, 0, Integer.MAX_VALUE);
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  static InvalidArgument unknownEnum(String field) {
    return InvalidArgument.field(field, "is a number that the contract does not know");
  }
}
