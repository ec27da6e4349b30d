package dev.tidewatch.monitor.storage;

import static dev.tidewatch.monitor.storage.jooq.Tables.SUPPRESSION_WINDOW;

import dev.tidewatch.monitor.anomaly.Anomaly;
import dev.tidewatch.monitor.anomaly.SuppressionWindow;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * Maintenance windows that a batch of anomalies may fall in. Whoever reports holds the lock in
 * share mode to the commit, and whoever makes a window holds it alone: so each anomaly is marked by
 * its report or by the window's making, whichever commits later.
 */
final class WindowsInForce {
  /** Any number that nothing else in this schema locks. */
  private static final long LOCK = 0x7469_6465_7375_7070L;

  private final List<SuppressionWindow> windows;

  private WindowsInForce(List<SuppressionWindow> windows) {
    this.windows = windows;
  }

  static WindowsInForce lockedFor(DSLContext db, Collection<Anomaly> anomalies) {
    db.select(DSL.field("pg_advisory_xact_lock_shared({0})", DSL.val(LOCK))).execute();
    Instant first = anomalies.stream().map(Anomaly::time).min(Instant::compareTo).orElseThrow();
    Instant last = anomalies.stream().map(Anomaly::time).max(Instant::compareTo).orElseThrow();
    return new WindowsInForce(
        db.selectFrom(SUPPRESSION_WINDOW)
            .where(SUPPRESSION_WINDOW.REMOVED_AT.isNull())
            .and(SUPPRESSION_WINDOW.ENDS_AT.gt(first))
            .and(SUPPRESSION_WINDOW.STARTS_AT.le(last))
            .orderBy(SUPPRESSION_WINDOW.STARTS_AT, SUPPRESSION_WINDOW.SUPPRESSION_WINDOW_ID)
            .fetch(WindowsInForce::window));
  }

  static void lockAlone(DSLContext db) {
    db.select(DSL.field("pg_advisory_xact_lock({0})", DSL.val(LOCK))).execute();
  }

  static SuppressionWindow window(Record row) {
    return new SuppressionWindow(
        row.get(SUPPRESSION_WINDOW.SUPPRESSION_WINDOW_ID),
        row.get(SUPPRESSION_WINDOW.SERIES_PATTERN),
        row.get(SUPPRESSION_WINDOW.STARTS_AT),
        row.get(SUPPRESSION_WINDOW.ENDS_AT),
        row.get(SUPPRESSION_WINDOW.REASON),
        row.get(SUPPRESSION_WINDOW.ACTOR),
        row.get(SUPPRESSION_WINDOW.CREATED_AT));
  }

  /** The window that began first of those that cover it; null: none. */
  @Nullable UUID covering(Anomaly anomaly) {
    for (SuppressionWindow window : windows) {
      if (window.covers(anomaly.series().value(), anomaly.time())) {
        return window.id();
      }
    }
    return null;
  }
}
