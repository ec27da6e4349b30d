package dev.tidewatch.ingest.storage;

import dev.tidewatch.ingest.catalog.DuplicatePolicy;
import dev.tidewatch.ingest.catalog.Series;
import dev.tidewatch.ingest.catalog.SeriesDescription;
import dev.tidewatch.ingest.catalog.SeriesKind;
import dev.tidewatch.ingest.catalog.Validation;
import dev.tidewatch.ingest.storage.jooq.tables.records.SeriesRecord;
import dev.tidewatch.timeseries.SeriesName;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jooq.JSONB;
import org.jspecify.annotations.Nullable;

/** Rows of {@code series} from and to the domain. */
final class SeriesRows {
  private SeriesRows() {}

  static SeriesRecord record(SeriesDescription from, int shard, boolean auto, Instant now) {
    var row = new SeriesRecord();
    row.setName(from.name().value());
    row.setShard((short) shard);
    row.setDevice(from.device());
    row.setPoint(from.point());
    row.setDisplayName(from.displayName());
    row.setDescription(from.description());
    row.setUnit(from.unit());
    row.setLabels(JSONB.jsonb(TextObject.format(from.labels())));
    row.setKind((short) from.kind().number());
    var states = new HashMap<String, String>();
    from.states().forEach((code, meaning) -> states.put(Long.toString(code), meaning));
    row.setStates(JSONB.jsonb(TextObject.format(states)));
    row.setDuplicatePolicy((short) from.duplicatePolicy().number());
    Validation validation = from.validation();
    row.setValueMin(boxed(validation.valueMin()));
    row.setValueMax(boxed(validation.valueMax()));
    row.setFutureSkewMicros(validation.futureSkewMax().map(SeriesRows::micros).orElse(null));
    row.setChangePerSecondMax(boxed(validation.changePerSecondMax()));
    row.setRestartBelow(boxed(validation.restartBelow()));
    row.setStaleAfterMicros(validation.staleAfter().map(SeriesRows::micros).orElse(null));
    row.setFlagViolations(validation.flagViolations());
    row.setExpectedIntervalMicros(from.expectedInterval().map(SeriesRows::micros).orElse(null));
    row.setAutoCreated(auto);
    row.setCreatedAt(now);
    row.setUpdatedAt(now);
    row.setRevision(0L);
    row.setDeleted(false);
    return row;
  }

  static Series series(SeriesRecord row) {
    var states = new HashMap<Long, String>();
    texts(row.getStates()).forEach((code, meaning) -> states.put(Long.valueOf(code), meaning));
    return new Series(
        row.getSeriesId(),
        row.getShard(),
        new SeriesDescription(
            new SeriesName(row.getName()),
            row.getDevice(),
            row.getPoint(),
            row.getDisplayName(),
            row.getDescription(),
            row.getUnit(),
            texts(row.getLabels()),
            SeriesKind.of(row.getKind()),
            states,
            DuplicatePolicy.of(row.getDuplicatePolicy()),
            new Validation(
                optional(row.getValueMin()),
                optional(row.getValueMax()),
                duration(row.getFutureSkewMicros()),
                optional(row.getChangePerSecondMax()),
                optional(row.getRestartBelow()),
                duration(row.getStaleAfterMicros()),
                row.getFlagViolations()),
            duration(row.getExpectedIntervalMicros())),
        row.getAutoCreated(),
        row.getCreatedAt(),
        row.getUpdatedAt(),
        row.getRevision(),
        row.getDeleted());
  }

  private static Map<String, String> texts(JSONB object) {
    return TextObject.parse(object.data());
  }

  private static @Nullable Double boxed(OptionalDouble value) {
    return value.isPresent() ? value.getAsDouble() : null;
  }

  private static OptionalDouble optional(@Nullable Double value) {
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }

  private static long micros(Duration duration) {
    return duration.toNanos() / 1_000;
  }

  private static Optional<Duration> duration(@Nullable Long micros) {
    return Optional.ofNullable(micros).map(value -> Duration.of(value, ChronoUnit.MICROS));
  }
}
