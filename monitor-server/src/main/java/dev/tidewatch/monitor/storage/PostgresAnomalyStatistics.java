package dev.tidewatch.monitor.storage;

import static dev.tidewatch.monitor.storage.jooq.Tables.ANOMALY;
import static dev.tidewatch.monitor.storage.jooq.Tables.SERIES;

import dev.tidewatch.monitor.ModelVersion;
import dev.tidewatch.monitor.anomaly.AnomalyStatistics;
import dev.tidewatch.monitor.anomaly.AnomalyStatus;
import dev.tidewatch.monitor.anomaly.Severity;
import dev.tidewatch.serverkit.database.Database;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jooq.Field;
import org.jooq.OrderField;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/** Counts anomalies in the database: one query whatever the number of groups. */
public final class PostgresAnomalyStatistics implements AnomalyStatistics {
  private static final Field<Long> COUNT =
      DSL.field("count(*)", SQLDataType.BIGINT).as("anomalies");
  private static final Field<Long> FALSE_ALARMS =
      DSL.field(
              "count(*) FILTER (WHERE {0} = {1})",
              SQLDataType.BIGINT,
              ANOMALY.STATUS,
              DSL.inline((short) AnomalyStatus.FALSE_ALARM.code()))
          .as("false_alarms");
  private static final Field<Instant> HOUR = truncated("hour");
  private static final Field<Instant> DAY = truncated("day");

  private final Database database;

  public PostgresAnomalyStatistics(Database database) {
    this.database = database;
  }

  private static Field<Instant> truncated(String unit) {
    return DSL.field(
        "date_trunc({0}, {1}, 'UTC')", ANOMALY.TIME.getDataType(), DSL.inline(unit), ANOMALY.TIME);
  }

  @Override
  public List<Group> answer(Question question) {
    List<Field<?>> keys = keys(question.groupBy());
    var selected = new ArrayList<Field<?>>(keys);
    selected.add(COUNT);
    selected.add(FALSE_ALARMS);
    var order = new ArrayList<OrderField<?>>();
    order.add(COUNT.desc());
    order.addAll(keys);
    double days = Duration.between(question.from(), question.to()).toMillis() / (double) DAY_MILLIS;
    return database
        .dsl()
        .select(selected)
        .from(ANOMALY)
        .join(SERIES)
        .on(SERIES.SERIES_ID.eq(ANOMALY.SERIES_ID))
        .where(AnomalyRows.matching(question.filter()))
        .and(ANOMALY.TIME.ge(question.from()))
        .and(ANOMALY.TIME.lt(question.to()))
        .groupBy(keys)
        .orderBy(order)
        .offset(question.groupsSkipped())
        .limit(question.groupsMax() + 1)
        .fetch(row -> group(question.groupBy(), row, days));
  }

  private static final long DAY_MILLIS = Duration.ofDays(1).toMillis();

  private static List<Field<?>> keys(Set<Dimension> dimensions) {
    var keys = new ArrayList<Field<?>>();
    for (Dimension dimension : dimensions) {
      switch (dimension) {
        case SERIES -> keys.add(SERIES.NAME);
        case DETECTOR -> {
          keys.add(ANOMALY.DETECTOR);
          keys.add(ANOMALY.DETECTOR_VERSION);
        }
        case SEVERITY -> keys.add(ANOMALY.SEVERITY);
        case STATUS -> keys.add(ANOMALY.STATUS);
        case HOUR -> keys.add(HOUR);
        case DAY -> {
          if (!dimensions.contains(Dimension.HOUR)) {
            keys.add(DAY);
          }
        }
      }
    }
    return keys;
  }

  private static Group group(Set<Dimension> by, Record row, double days) {
    long anomalies = row.get(COUNT);
    Optional<Instant> start = Optional.empty();
    if (by.contains(Dimension.HOUR)) {
      start = Optional.of(row.get(HOUR));
    } else if (by.contains(Dimension.DAY)) {
      start = Optional.of(row.get(DAY));
    }
    return new Group(
        by.contains(Dimension.SERIES) ? Optional.of(row.get(SERIES.NAME)) : Optional.empty(),
        by.contains(Dimension.DETECTOR)
            ? Optional.of(
                new ModelVersion(row.get(ANOMALY.DETECTOR), row.get(ANOMALY.DETECTOR_VERSION)))
            : Optional.empty(),
        by.contains(Dimension.SEVERITY)
            ? Optional.of(Severity.ofCode(row.get(ANOMALY.SEVERITY)))
            : Optional.empty(),
        by.contains(Dimension.STATUS)
            ? Optional.of(AnomalyStatus.ofCode(row.get(ANOMALY.STATUS)))
            : Optional.empty(),
        start,
        anomalies,
        row.get(FALSE_ALARMS),
        anomalies / days);
  }
}
