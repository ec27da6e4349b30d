package dev.tidewatch.inference.api;

import com.google.protobuf.Timestamp;
import dev.tidewatch.inference.feed.FeedPosition;
import dev.tidewatch.inference.serving.ModelQuestion;
import dev.tidewatch.proto.inference.v1.DetectionRange;
import dev.tidewatch.proto.inference.v1.GivenCovariate;
import dev.tidewatch.proto.inference.v1.GivenValues;
import dev.tidewatch.proto.inference.v1.ModelChoice;
import dev.tidewatch.proto.type.v1.FeedToken;
import dev.tidewatch.serverkit.errors.InvalidArgument;
import dev.tidewatch.timeseries.ReadingColumns;
import dev.tidewatch.timeseries.SeriesName;
import dev.tidewatch.timeseries.TimeTooFineException;
import dev.tidewatch.timeseries.Times;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads fields of requests; what it throws names the field. */
final class Fields {
  static final int GIVEN_VALUES_MAX = 100_000;

  /** As ingest takes them: 1900 to 2200. */
  private static final long MICROS_MIN = Times.toMicros(Instant.parse("1900-01-01T00:00:00Z"));

  private static final long MICROS_MAX = Times.toMicros(Instant.parse("2200-01-01T00:00:00Z"));

  private Fields() {}

  static String series(String field, String value) {
    try {
      return new SeriesName(value).value();
    } catch (IllegalArgumentException e) {
      throw InvalidArgument.field(field, e.getMessage() == null ? "is no name" : e.getMessage());
    }
  }

  static long micros(String field, Timestamp time) {
    try {
      return micros(field, Times.toMicros(time.getSeconds(), time.getNanos()));
    } catch (TimeTooFineException e) {
      throw new InvalidArgument(
          "TIME_TOO_FINE", field, "has a part finer than a microsecond; cut it off");
    } catch (IllegalArgumentException e) {
      throw InvalidArgument.field(field, e.getMessage() == null ? "is no time" : e.getMessage());
    }
  }

  /** The time itself. */
  static long micros(String field, long micros) {
    if (micros < MICROS_MIN || micros > MICROS_MAX) {
      throw InvalidArgument.field(
          field, "is %s; times are between 1900 and 2200".formatted(Times.toInstant(micros)));
    }
    return micros;
  }

  static FeedPosition position(String field, FeedToken token) {
    if (token.getEpoch() < 0 || token.getPosition() < 0) {
      throw InvalidArgument.field(field, "epoch and position cannot be negative");
    }
    return new FeedPosition(token.getEpoch(), token.getPosition());
  }

  static ModelQuestion model(ModelChoice choice) {
    if (choice.getModel().isEmpty() && choice.hasVersion() && !choice.getVersion().isEmpty()) {
      throw InvalidArgument.field("model.model", "is empty, but a version is given; name both");
    }
    return new ModelQuestion(choice.getModel(), choice.getVersion(), choice.getAlias());
  }

  /** Readings that rise strictly in time; at least one. */
  static ReadingColumns values(String field, GivenValues given) {
    int count = given.getValuesCount();
    if (count != given.getTimesMicrosCount()) {
      throw InvalidArgument.field(
          field,
          "has %d times but %d values; one of each per reading"
              .formatted(given.getTimesMicrosCount(), count));
    }
    if (count == 0 || count > GIVEN_VALUES_MAX) {
      throw InvalidArgument.field(
          field, "has %d values; 1 to %d are allowed".formatted(count, GIVEN_VALUES_MAX));
    }
    var columns = ReadingColumns.builder(count);
    for (int i = 0; i < count; i++) {
      if (!Double.isFinite(given.getValues(i))) {
        throw new InvalidArgument(
            "FIELD_INVALID",
            "%s.values[%d]".formatted(field, i),
            "is %s; values must be finite".formatted(given.getValues(i)));
      }
      if (i > 0 && given.getTimesMicros(i) <= given.getTimesMicros(i - 1)) {
        throw InvalidArgument.field(
            "%s.times_micros[%d]".formatted(field, i), "is not after the time before it");
      }
      columns.add(
          micros("%s.times_micros[%d]".formatted(field, i), given.getTimesMicros(i)),
          given.getValues(i));
    }
    return columns.build();
  }

  /** By role, each once. */
  static Map<String, ReadingColumns> covariates(List<GivenCovariate> given) {
    var covariates = new HashMap<String, ReadingColumns>();
    for (int i = 0; i < given.size(); i++) {
      GivenCovariate covariate = given.get(i);
      ReadingColumns values = values("covariates[%d].values".formatted(i), covariate.getValues());
      if (covariates.put(covariate.getRole(), values) != null) {
        throw InvalidArgument.field(
            "covariates[%d].role".formatted(i),
            "'%s' is given twice".formatted(covariate.getRole()));
      }
    }
    return covariates;
  }

  /** A half-open range of time. */
  record Range(long fromMicros, long toMicros) {}

  static Range range(DetectionRange range) {
    long from = micros("range.from", range.getFrom());
    long to = micros("range.to", range.getTo());
    if (to <= from) {
      throw InvalidArgument.field("range.to", "is not after range.from");
    }
    return new Range(from, to);
  }
}
