package dev.tidewatch.monitor.storage;

import static dev.tidewatch.monitor.storage.jooq.Tables.ANOMALY;
import static dev.tidewatch.monitor.storage.jooq.Tables.ANOMALY_CHANGE;
import static dev.tidewatch.monitor.storage.jooq.Tables.SERIES;

import dev.tidewatch.monitor.FeedPosition;
import dev.tidewatch.monitor.anomaly.Anomaly;
import dev.tidewatch.monitor.anomaly.AnomalyAction;
import dev.tidewatch.monitor.anomaly.AnomalyChange;
import dev.tidewatch.monitor.anomaly.AnomalyFilter;
import dev.tidewatch.monitor.anomaly.AnomalyStatus;
import dev.tidewatch.monitor.anomaly.LoggedAnomaly;
import dev.tidewatch.monitor.anomaly.Severity;
import dev.tidewatch.timeseries.SeriesName;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** Rows of the anomaly log: which, and what they say. */
final class AnomalyRows {
  private AnomalyRows() {}

  /** Newest time first, then by id. */
  static List<LoggedAnomaly> select(DSLContext db, Condition condition, int limit) {
    return db.select(ANOMALY.fields())
        .select(SERIES.NAME)
        .from(ANOMALY)
        .join(SERIES)
        .on(SERIES.SERIES_ID.eq(ANOMALY.SERIES_ID))
        .where(condition)
        .orderBy(ANOMALY.TIME.desc(), ANOMALY.ANOMALY_ID)
        .limit(limit)
        .fetch(AnomalyRows::logged);
  }

  /** Over {@code anomaly} joined with {@code series}. */
  static Condition matching(AnomalyFilter filter) {
    Condition condition = DSL.noCondition();
    if (filter.series().isPresent()) {
      condition = condition.and(SERIES.NAME.eq(filter.series().get()));
    }
    if (filter.seriesPrefix().isPresent()) {
      condition = condition.and(SERIES.NAME.startsWith(filter.seriesPrefix().get()));
    }
    if (filter.severityMin().isPresent()) {
      condition = condition.and(ANOMALY.SEVERITY.ge((short) filter.severityMin().get().code()));
    }
    if (!filter.statuses().isEmpty()) {
      condition =
          condition.and(
              ANOMALY.STATUS.in(filter.statuses().stream().map(s -> (short) s.code()).toList()));
    }
    if (filter.detector().isPresent()) {
      condition = condition.and(ANOMALY.DETECTOR.eq(filter.detector().get()));
    }
    if (filter.detectorVersion().isPresent()) {
      condition = condition.and(ANOMALY.DETECTOR_VERSION.eq(filter.detectorVersion().get()));
    }
    if (filter.assignee().isPresent()) {
      condition = condition.and(ANOMALY.ASSIGNEE.eq(filter.assignee().get()));
    }
    if (!filter.includeSuppressed()) {
      condition = condition.and(ANOMALY.SUPPRESSION_WINDOW_ID.isNull());
    }
    return condition;
  }

  static LoggedAnomaly logged(Record row) {
    return new LoggedAnomaly(
        row.get(ANOMALY.ANOMALY_ID),
        new Anomaly(
            new SeriesName(row.get(SERIES.NAME)),
            row.get(ANOMALY.TIME),
            row.get(ANOMALY.VALUE),
            optional(row.get(ANOMALY.EXPECTED)),
            optional(row.get(ANOMALY.LOWER_BOUND)),
            optional(row.get(ANOMALY.UPPER_BOUND)),
            row.get(ANOMALY.SCORE),
            Severity.ofCode(row.get(ANOMALY.SEVERITY)),
            row.get(ANOMALY.DETECTOR),
            row.get(ANOMALY.DETECTOR_VERSION),
            row.get(ANOMALY.ALIAS),
            row.get(ANOMALY.KIND),
            row.get(ANOMALY.REASON),
            row.get(ANOMALY.TUNING_REVISION),
            new FeedPosition(row.get(ANOMALY.FEED_EPOCH), row.get(ANOMALY.FEED_POSITION)),
            row.get(ANOMALY.TRACEPARENT)),
        row.get(ANOMALY.REPORTED_AT),
        AnomalyStatus.ofCode(row.get(ANOMALY.STATUS)),
        row.get(ANOMALY.ACTOR),
        Optional.ofNullable(row.get(ANOMALY.ACTED_AT)),
        row.get(ANOMALY.ASSIGNEE),
        row.get(ANOMALY.REVISION),
        Optional.ofNullable(row.get(ANOMALY.SUPPRESSION_WINDOW_ID)));
  }

  static AnomalyChange change(Record row) {
    return new AnomalyChange(
        row.get(ANOMALY_CHANGE.POSITION),
        row.get(ANOMALY_CHANGE.ANOMALY_ID),
        AnomalyAction.ofCode(row.get(ANOMALY_CHANGE.ACTION)),
        row.get(ANOMALY_CHANGE.ACTOR),
        row.get(ANOMALY_CHANGE.CHANGED_AT),
        row.get(ANOMALY_CHANGE.COMMENT),
        row.get(ANOMALY_CHANGE.ASSIGNEE));
  }

  static @Nullable Double nullable(OptionalDouble value) {
    return value.isPresent() ? value.getAsDouble() : null;
  }

  private static OptionalDouble optional(@Nullable Double value) {
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }
}
