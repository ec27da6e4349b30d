package dev.tidewatch.monitor.storage;

import static dev.tidewatch.monitor.storage.jooq.Tables.ANOMALY;
import static dev.tidewatch.monitor.storage.jooq.Tables.SERIES;

import dev.tidewatch.monitor.analytics.DeviceRecords;
import dev.tidewatch.monitor.analytics.Span;
import dev.tidewatch.monitor.anomaly.AnomalyStatus;
import dev.tidewatch.serverkit.database.Database;
import dev.tidewatch.serverkit.errors.Unimplemented;
import dev.tidewatch.timeseries.Times;
import java.util.Collection;

/** What the monitor's tables know about devices. Thread-safe. */
public final class PostgresDeviceRecords implements DeviceRecords {
  private final Database database;

  public PostgresDeviceRecords(Database database) {
    this.database = database;
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
    throw new Unimplemented(
        "NOT_BUILT", "measure: devices cannot be compared by health in this version of the server");
  }
}
