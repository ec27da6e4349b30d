package dev.tidewatch.ingest.api;

import com.google.protobuf.Timestamp;
import dev.tidewatch.ingest.catalog.LabelSelector;
import dev.tidewatch.ingest.catalog.SeriesSelection;
import dev.tidewatch.ingest.feed.FeedPosition;
import dev.tidewatch.ingest.intake.BatchCheck;
import dev.tidewatch.ingest.query.TimeSpan;
import dev.tidewatch.proto.ingest.v1.TimeRange;
import dev.tidewatch.proto.type.v1.FeedToken;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.timeseries.TimeTooFineException;
import dev.tidewatch.timeseries.Times;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;

/** Small values of the contract from and to the domain. */
final class Protos {
  private Protos() {}

  static Timestamp timestamp(Instant time) {
    return Timestamp.newBuilder()
        .setSeconds(time.getEpochSecond())
        .setNanos(time.getNano())
        .build();
  }

  static Timestamp timestamp(long micros) {
    return timestamp(Times.toInstant(micros));
  }

  /**
   * @throws InvalidArgument TIME_TOO_FINE or FIELD_INVALID
   */
  static long micros(Timestamp time, String field) {
    try {
      return Times.toMicros(time.getSeconds(), time.getNanos());
    } catch (TimeTooFineException e) {
      throw new InvalidArgument(
          "TIME_TOO_FINE", field, e.getMessage() + "; round it to microseconds");
    } catch (IllegalArgumentException e) {
      throw InvalidArgument.field(field, String.valueOf(e.getMessage()));
    }
  }

  static Instant instant(Timestamp time, String field) {
    try {
      Instant instant = Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
      // What no commit can have is as good as the nearest that one could.
      Instant earliest = Times.toInstant(BatchCheck.TIME_MIN_MICROS);
      Instant latest = Times.toInstant(BatchCheck.TIME_MAX_MICROS);
      return instant.isBefore(earliest) ? earliest : instant.isAfter(latest) ? latest : instant;
    } catch (DateTimeException e) {
      throw InvalidArgument.field(field, "out of range");
    }
  }

  static Duration duration(com.google.protobuf.Duration duration) {
    return Duration.ofSeconds(duration.getSeconds(), duration.getNanos());
  }

  static com.google.protobuf.Duration duration(Duration duration) {
    return com.google.protobuf.Duration.newBuilder()
        .setSeconds(duration.toSeconds())
        .setNanos(duration.toNanosPart())
        .build();
  }

  static FeedToken token(FeedPosition position) {
    return FeedToken.newBuilder()
        .setEpoch(position.epoch())
        .setPosition(position.position())
        .build();
  }

  static TimeSpan span(TimeRange range, String field) {
    long from =
        range.hasStartTime()
            ? micros(range.getStartTime(), field + ".start_time")
            : TimeSpan.ALL.fromMicros();
    long to =
        range.hasEndTime()
            ? micros(range.getEndTime(), field + ".end_time")
            : TimeSpan.ALL.toMicros();
    if (to < from && range.hasStartTime() && range.hasEndTime()) {
      throw InvalidArgument.field(field + ".end_time", "is before start_time");
    }
    return new TimeSpan(from, Math.max(from, to));
  }

  /** Refuses text that PostgreSQL cannot hold. */
  static String storable(String text, String field) {
    if (text.indexOf('\0') >= 0) {
      throw InvalidArgument.field(field, "has a NUL character");
    }
    return text;
  }

  static SeriesSelection selection(dev.tidewatch.proto.ingest.v1.SeriesSelection selection) {
    selection.getNamesList().forEach(name -> storable(name, "selection.names"));
    storable(selection.getPrefix(), "selection.prefix");
    LabelSelector labels = labels(selection.getLabelSelector(), "selection.label_selector");
    try {
      return new SeriesSelection(selection.getNamesList(), selection.getPrefix(), labels, "");
    } catch (IllegalArgumentException e) {
      throw InvalidArgument.field("selection.names", String.valueOf(e.getMessage()));
    }
  }

  static LabelSelector labels(String text, String field) {
    storable(text, field);
    try {
      return LabelSelector.parse(text);
    } catch (IllegalArgumentException e) {
      throw InvalidArgument.field(field, String.valueOf(e.getMessage()));
    }
  }
}
