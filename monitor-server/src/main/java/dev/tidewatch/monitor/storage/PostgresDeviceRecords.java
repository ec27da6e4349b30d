package dev.tidewatch.monitor.storage;

import static dev.tidewatch.monitor.storage.jooq.Tables.ANOMALY;
import static dev.tidewatch.monitor.storage.jooq.Tables.SERIES;

import dev.tidewatch.monitor.analytics.DeviceRecords;
import dev.tidewatch.monitor.analytics.Span;
import dev.tidewatch.monitor.anomaly.AnomalyStatus;
import dev.tidewatch.monitor.health.HealthScore;
import dev.tidewatch.monitor.health.HealthStore;
import dev.tidewatch.monitor.health.HealthStore.Subject;
import dev.tidewatch.monitor.health.SubjectKind;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.serverkit.errors.FailedPrecondition;
import dev.tidewatch.timeseries.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;

/** What the monitor's tables know about devices. Thread-safe. */
public final class PostgresDeviceRecords implements DeviceRecords {
  private static final int HEALTH_POINTS_MAX = 1_000;
  private static final Duration HEALTH_BUCKET_MIN = Duration.ofHours(1);

  private final Database database;
  private final HealthStore health;

  public PostgresDeviceRecords(Database database, HealthStore health) {
    this.database = database;
    this.health = health;
  }

  @Override
  public long anomalies(Collection<String> series, Span span) {
    var db = database.dsl();
    return db.fetchCount(
        db.selectOne()
            .from(ANOMALY)
            .join(SERIES)
            .on(SERIES.SERIES_ID.eq(ANOMALY.SERIES_ID))
            .where(SERIES.NAME.in(series))
            .and(ANOMALY.TIME.ge(Times.toInstant(span.fromMicros())))
            .and(ANOMALY.TIME.lt(Times.toInstant(span.toMicros())))
            .and(ANOMALY.STATUS.ne((short) AnomalyStatus.FALSE_ALARM.code())));
  }

  @Override
  public double health(String device, Span span) {
    Instant from = Times.toInstant(span.fromMicros());
    Instant to = Times.toInstant(span.toMicros());
    Duration bucket = Duration.between(from, to).dividedBy(HEALTH_POINTS_MAX);
    return health
        .points(
            new Subject(SubjectKind.DEVICE, device),
            from,
            to,
            bucket.compareTo(HEALTH_BUCKET_MIN) < 0 ? HEALTH_BUCKET_MIN : bucket)
        .stream()
        .mapToDouble(HealthScore::score)
        .average()
        .orElseThrow(() ->
            new FailedPrecondition(
                    "INSUFFICIENT_HISTORY",
                    "device %s has no health score between %s and %s; choose a range in which it was scored"
                        .formatted(device, from, to))
                .with("device", device));
  }
}
