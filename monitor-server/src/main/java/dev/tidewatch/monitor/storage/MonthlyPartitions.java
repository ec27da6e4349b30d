package dev.tidewatch.monitor.storage;

import static dev.tidewatch.monitor.storage.jooq.Tables.LAYOUT;

import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;

/**
 * Months of the big tables on plain PostgreSQL, made when a row needs them, each in a short
 * transaction of its own. On TimescaleDB there is nothing to make. Thread-safe.
 */
final class MonthlyPartitions {
  /** Serialises makers over all replicas: "tidewatch monitor partitions". */
  private static final long LOCK = 0x7469_6465_6d6f_6e31L;

  private final DSLContext db;
  private final boolean plain;
  private final Set<String> made = ConcurrentHashMap.newKeySet();

  MonthlyPartitions(DSLContext db) {
    this.db = db;
    this.plain = db.select(LAYOUT.KIND).from(LAYOUT).fetchSingle(LAYOUT.KIND).equals("plain");
  }

  /** Sees to it that a row of {@code table} with the time can be inserted. */
  void ensure(String table, Instant time) {
    if (!plain) {
      return;
    }
    YearMonth month = YearMonth.from(time.atOffset(ZoneOffset.UTC));
    String partition = "%s_y%04dm%02d".formatted(table, month.getYear(), month.getMonthValue());
    if (made.contains(partition)) {
      return;
    }
    db.transaction(configuration -> {
      var inside = DSL.using(configuration);
      inside.execute("SELECT pg_advisory_xact_lock(?)", LOCK);
      inside.execute(
          "CREATE TABLE IF NOT EXISTS monitor.%s PARTITION OF monitor.%s FOR VALUES FROM ('%s') TO ('%s')"
              .formatted(partition, table, startOf(month), startOf(month.plusMonths(1))));
    });
    made.add(partition);
  }

  private static Instant startOf(YearMonth month) {
    return month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
  }
}
